#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

import { fail, tellsAbout, writeAll } from '@pure-ftpd/cli';

import { ABOUT } from './about.ts';
import { countConnections } from './connections.ts';
import { portOf } from './port.ts';
import { report } from './report.ts';

/** The content of a file of the kernel; undefined where there is none, or it may not be read. */
function kernelFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // Another system, or no IPv6: nothing to count there.
    return undefined;
  }
}

function print(words: readonly string[]): void {
  const port = portOf(words);
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => kernelFile(path) ?? '');
  const connections = tables.reduce((sum, table) => sum + countConnections(table, port), 0);
  writeAll(1, Buffer.from(report(connections, kernelFile('/proc/uptime'), hostname())));
}

try {
  const words = process.argv.slice(2);
  if (!tellsAbout(ABOUT, words)) print(words);
} catch (error) {
  fail('pure-mrtginfo', error instanceof Error ? error.message : String(error), 1);
}
