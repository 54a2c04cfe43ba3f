// Sessions that come and go leave nothing behind: memory and descriptors are level after thousands of them.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { openDescriptors, RawClient, soak, untilTrue } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

import { FTPHandler } from './face/ftp-handler.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

const SESSIONS = soak(400, 20_000);
const AT_ONCE = 25;

/** Bytes of the heap that are in use. */
function heap(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('nothing collects');
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

/** One of each: a session that ends itself, one that is dropped in the middle of a transfer, and one that never logs in. */
async function visit({ port }: TestServer, at: number): Promise<void> {
  if (at % 5 === 0) {
    const stranger = await RawClient.connect(port);
    await stranger.reply();
    stranger.close();
    return;
  }
  const client = await RawClient.login(port, 'user', 'secret');
  await client.transmit(`STOR file${at % 7}`, 'content');
  await client.receive('LIST');
  if (at % 3 === 0) await client.passive();
  else await client.command('QUIT');
  client.close();
}

async function visits(ftp: TestServer, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, to - at) }, (_, one) => visit(ftp, at + one)));
  }
  await untilTrue('all sessions have ended', () => ftp.server.sessions.size === 0);
}

test(`${SESSIONS} sessions leave memory and descriptors as they were`, { timeout: 1_800_000 }, async () => {
  class Handler extends FTPHandler {
    override onFileReceived(): Promise<void> {
      return Promise.resolve();
    }
  }
  await using ftp = await startTestServer(Handler);
  await visits(ftp, 0, SESSIONS / 4);
  const before = { heap: heap(), descriptors: openDescriptors() };
  await visits(ftp, SESSIONS / 4, SESSIONS);
  // Passive ports that were shared stay open for who comes next: as many as there were clients at a time, at most.
  await untilTrue('descriptors are level', () => openDescriptors() < before.descriptors + AT_ONCE);
  const grown = heap() - before.heap;
  console.log(
    `${SESSIONS} sessions: heap ${(before.heap / 2 ** 20).toFixed(1)} MiB, then ${(grown / 1024).toFixed(0)} KiB more`,
  );
  // A hundred bytes a session would be a leak; code that is compiled meanwhile is less than this.
  expect(grown).toBeLessThan(2 ** 20 + SESSIONS * 64);
  expect(ftp.errors).toEqual([]);
});
