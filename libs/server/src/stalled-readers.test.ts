import { truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { untilTrue } from '@pure-ftpd/testing';
import { expect, test, vi } from 'vitest';

import { buffers } from './sockets/buffer-pool.ts';
import { startTestServer } from './testing/test-server.ts';

const CLIENTS = 20;
/** Bytes that a client may hold here which does not take what it has asked for. */
const BUDGET = 256 * 1024;

test('a client that does not read what it downloads holds 256 KiB at most', async () => {
  await using ftp = await startTestServer();
  const file = path.join(ftp.folder, 'large');
  writeFileSync(file, '');
  truncateSync(file, 2 ** 28);
  using take = vi.spyOn(buffers, 'take');
  using give = vi.spyOn(buffers, 'give');
  const lent = (): number =>
    take.mock.calls.reduce((sum, [size]) => sum + size, 0) -
    give.mock.calls.reduce((sum, [buffer]) => sum + buffer.length, 0);
  for (let count = 0; count < CLIENTS; count += 1) {
    const client = await ftp.login();
    await client.command('TYPE I');
    // Nobody listens to its data.
    await client.passive();
    expect([125, 150]).toContain((await client.command('RETR large')).code);
  }
  await untilTrue('the network takes no more', () =>
    [...ftp.server.sessions].every(({ data }) => (data.transfer?.dtp?.socket.writableLength ?? 0) > 0),
  );
  expect(lent()).toBeGreaterThan(0);
  expect(lent()).toBeLessThanOrEqual(CLIENTS * BUDGET);
  for (const session of ftp.server.sessions) session.close();
  await untilTrue('all buffers are back', () => lent() === 0);
});
