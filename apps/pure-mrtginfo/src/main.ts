#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

import { fail, writeAll } from '@pure-ftpd/cli';

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

try {
  const port = portOf(process.argv.slice(2));
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => kernelFile(path) ?? '');
  const connections = tables.reduce((sum, table) => sum + countConnections(table, port), 0);
  writeAll(1, Buffer.from(report(connections, kernelFile('/proc/uptime'), hostname())));
} catch (error) {
  fail('pure-mrtginfo', error instanceof Error ? error.message : String(error), 1);
}
