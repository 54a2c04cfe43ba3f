#!/usr/bin/env node
// Every program of an installation without a Node of its own is this file, under its name; links of other names lead to one.
'use strict';
const { basename, join } = require('node:path');

const start = join(__dirname, '../lib/pure-ftpd/start.cjs');
require(start)(basename(__filename));
