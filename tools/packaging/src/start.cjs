// Starts the program by whose name it was called, of those in this folder.
'use strict';
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

/** The program of a name: Debian's builds of the server, and its wrapper, are one program here. */
function programOf(name) {
  const base = name.replace(/-virtualchroot$/, '');
  return /^pure-ftpd-(?:mysql|postgresql|ldap|wrapper)$/.test(base) ? 'pure-ftpd' : base;
}

/** @param name By which it was called. */
module.exports = function start(name) {
  const script = join(__dirname, `${programOf(name)}.js`);
  // A program that starts itself again names its script first, as it would with Node.
  const isAgain = process.argv[2] === script;
  if (!isAgain) process.env.PURE_FTPD_PROGRAM_NAME = name;
  process.argv.splice(1, isAgain ? 2 : 1, script);
  // What it rejects with ends the process, with its stack.
  void import(pathToFileURL(script).href);
};
