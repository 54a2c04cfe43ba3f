import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { countConnections } from './connections.ts';
import { portOf } from './port.ts';
import { report, uptimeText } from './report.ts';

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0A0200C0:0015 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1
   1: 0A0200C0:0015 4D0200C0:D431 01 00000000:00000000 00:00000000 00000000     0        0 2
   2: 4D0200C0:D431 0A0200C0:0015 01 00000000:00000000 00:00000000 00000000     0        0 3
   3: 0A0200C0:0015 4D0200C0:D432 06 00000000:00000000 00:00000000 00000000     0        0 4
   4: 0A0200C0:0015 4D0200C0:D433 01 00000000:00000000 00:00000000 00000000     0        0 5
`;
const TABLE6 = `  sl  local_address                         remote_address                        st
   0: B80D0120000000000000000010000000:0015 B80D0120000000000000000077000000:A2C4 01 00000000:00000000
`;

describe('connections', () => {
  test('are counted where they end at the port, established only', () => {
    expect(countConnections(TABLE, 21)).toBe(2);
    expect(countConnections(TABLE6, 21)).toBe(1);
    expect(countConnections(TABLE, 2121)).toBe(0);
  });

  test('of a table in any state of repair are counted without an error', () => {
    fc.assert(fc.property(fc.string(), (table) => countConnections(table, 21) >= 0));
  });
});

test.each([
  [[], 21],
  [['2121'], 2121],
  [['text'], 0],
  [['1', '2'], 21],
])('the port of %j is %i', (words, port) => {
  expect(portOf(words)).toBe(port);
});

describe('the report', () => {
  test('is the recorded one', () => {
    const recorded = readFileSync(join(import.meta.dirname, '../test-data/port2121-2-ipv6-sessions.out'), 'utf8');
    expect(report(2, '2165.97 8660.01\n', 'ftp.example.org')).toBe(recorded);
  });

  test.each([
    ['59.99 1', '0 days, 0:00:59'],
    ['360305.00 1', '4 days, 4:05:05'],
    [undefined, '?'],
    ['', '?'],
  ])('of the uptime %j says %s', (uptime, text) => {
    expect(uptimeText(uptime)).toBe(text);
  });
});

test('the program counts what is connected on this machine', async () => {
  await using server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  const clients = [1, 2].map(() => connect(address.port, '127.0.0.1'));
  try {
    const accepted = once(server, 'connection').then(() => once(server, 'connection'));
    await Promise.all([accepted, ...clients.map((client) => once(client, 'connect'))]);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(import.meta.dirname, 'main.ts'), String(address.port)],
      { encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^2\n2\n\d+ days, \d+:\d\d:\d\d\n/);
    expect(stdout.split('\n')[3]).toBe(hostname());
  } finally {
    for (const client of clients) client.destroy();
  }
});
