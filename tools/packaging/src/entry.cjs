// What is inside the executable: it loads the programs from the folder beside it, `../lib/pure-ftpd`.
'use strict';
const { createRequire } = require('node:module');
const { basename, dirname, join } = require('node:path');

const start = join(dirname(process.execPath), '../lib/pure-ftpd/start.cjs');
createRequire(start)(start)(basename(process.execPath));
