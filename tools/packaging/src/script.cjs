#!/usr/bin/env node
// Every program of an installation without a Node of its own is this file, under its name; links of other names lead to one.
'use strict';
const { basename } = require('node:path');

require('../lib/pure-ftpd/start.cjs')(basename(__filename));
