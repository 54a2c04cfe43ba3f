#!/usr/bin/env node
import { readFileSync, statSync } from 'node:fs';
import { fail, tellsAbout, writeAll } from '@pure-ftpd/cli';
import { allPasswdEntries, shadowHashSync } from '@pure-ftpd/posix';
import { decodeName, encodeName } from '@pure-ftpd/protocol';
import { ABOUT } from './about.ts';
import { convertAccount, type System } from './convert.ts';
import { parseShells } from './shells.ts';

function readShells(): string | undefined {
  try {
    return decodeName(readFileSync('/etc/shells'));
  } catch {
    // Missing or unreadable: the C library then has its own list, and so has parseShells.
    return undefined;
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(encodeName(path)).isDirectory();
  } catch {
    // Not there, or not to be looked at: no home in either case.
    return false;
  }
}

const system: System = { shells: parseShells(readShells()), shadowHash: shadowHashSync, isDirectory };

function print(): void {
  const lines = allPasswdEntries().map((account) => convertAccount(account, system) ?? '');
  writeAll(1, encodeName(lines.join('')));
}

try {
  if (!tellsAbout(ABOUT, process.argv.slice(2))) print();
} catch (error) {
  fail('pure-pwconvert', error instanceof Error ? error.message : String(error), 1);
}
