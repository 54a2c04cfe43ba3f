import { once } from 'node:events';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

import { untilTrue } from '@pure-ftpd/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { Daemon } from '../support/daemon.ts';
import { isSeparated } from '../support/rights.ts';
import { writeServed } from '../support/served-file.ts';
import { descriptorCount, residentMiB } from '../support/process-usage.ts';

let daemon: Daemon;
beforeEach(async () => {
  // With a small heap what is kept for good shows, and what is only waiting to be collected does not.
  daemon = await Daemon.start({ env: { NODE_OPTIONS: '--max-semi-space-size=2 --max-old-space-size=64' } });
});
afterEach(() => daemon[Symbol.asyncDispose]());

/** Passive listeners that are kept for the next client. */
const KEPT_LISTENERS = 64;

async function expectReleased(before: number, kept = 0): Promise<void> {
  await untilTrue(
    `no more than ${before + kept} descriptors are open`,
    () => descriptorCount(daemon.pid) <= before + kept,
  );
}

test('5,000 clients that connect and reset leave nothing behind', async () => {
  const cycle = async (count: number): Promise<void> => {
    for (let done = 0; done < count; done += 50) {
      await Promise.all(
        Array.from({ length: 50 }, async (_, index) => {
          const socket = connect({ port: daemon.port, host: '127.0.0.1' });
          socket.on('error', () => undefined);
          await once(socket, 'connect');
          // Some at once, some in the middle of a line, some with a command under way.
          if (index % 3 === 1) socket.write('USER us');
          if (index % 3 === 2) socket.write('USER user\r\nPASS wr');
          if (index % 2 === 0) socket.resetAndDestroy();
          else socket.destroy();
        }),
      );
    }
  };
  const before = descriptorCount(daemon.pid);
  await cycle(1000);
  await expectReleased(before);
  const warm = residentMiB(daemon.pid);
  await cycle(4000);
  await expectReleased(before);
  // Monitor and gate have a heap each.
  expect(residentMiB(daemon.pid) - warm).toBeLessThan(isSeparated ? 48 : 24);
});

test('300 clients that stop in the middle of a line do not keep others waiting', async () => {
  const before = descriptorCount(daemon.pid);
  const stuck = await Promise.all(Array.from({ length: 300 }, () => daemon.connect()));
  for (const client of stuck) client.send('USER us');
  const client = await daemon.login();
  expect((await client.command('PWD')).code).toBe(257);
  client.close();
  for (const one of stuck) one.close();
  await expectReleased(before);
});

/** Bytes of uploads on disk that have no name yet. */
function unfinishedBytes(): number {
  const names = readdirSync(daemon.home).filter((name) => name.startsWith('.pureftpd-upload.'));
  return names.reduce(
    (sum, name) => sum + (statSync(join(daemon.home, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

test('clients that reset their connections during transfers leave no descriptor, no file and no old content changed', async () => {
  writeFileSync(join(daemon.home, 'down'), Buffer.alloc(8_000_000, 'd'), { mode: 0o644 });
  const before = descriptorCount(daemon.pid);
  for (let round = 0; round < 60; round += 1) {
    const client = await daemon.login();
    const data = await client.passive();
    data.on('error', () => undefined);
    const began = once(data, 'readable').catch(() => undefined);
    client.send(round % 2 === 0 ? 'STOR up\r\n' : 'RETR down\r\n');
    expect((await client.reply()).code).toBe(150);
    if (round % 2 === 0) {
      data.write(Buffer.alloc(300_000, 'u'));
      await untilTrue('some of the upload is stored', () => unfinishedBytes() > 0);
    } else await began;
    if (round % 3 === 0) {
      // Only the data connection: the session is told and goes on.
      data.resetAndDestroy();
      expect((await client.reply()).code).toBeGreaterThanOrEqual(400);
      expect((await client.command('NOOP')).code).toBe(200);
      client.close();
    } else if (round % 3 === 1) {
      // Only the control connection: the server ends the other one.
      data.resume();
      const ended = new Promise((resolve) => data.once('close', resolve));
      client.socket.resetAndDestroy();
      await ended;
    } else {
      client.socket.resetAndDestroy();
      data.resetAndDestroy();
    }
  }
  await expectReleased(before, KEPT_LISTENERS);
  await untilTrue('unfinished uploads are gone', () => unfinishedBytes() === 0);
  expect(readdirSync(daemon.home)).toEqual(['down']);
});

test('clients that ask for data connections and vanish leave no descriptor', async () => {
  const before = descriptorCount(daemon.pid);
  for (let round = 0; round < 60; round += 1) {
    const client = await daemon.login();
    await client.command('EPSV');
    if (round % 2 === 0) client.send('LIST\r\n');
    client.socket.resetAndDestroy();
  }
  await expectReleased(before, KEPT_LISTENERS);
});

test('transfers without a data connection leave no descriptor and no file', async () => {
  writeServed(daemon, 'down', 'content');
  const client = await daemon.login();
  const before = descriptorCount(daemon.pid);
  for (const command of ['LIST', 'LIST -la', 'LIST *', 'NLST', 'MLSD', 'RETR down', 'STOR up', 'APPE down', 'STOU']) {
    for (let time = 0; time < 30; time += 1) expect((await client.command(command)).code, command).toBe(425);
  }
  expect(descriptorCount(daemon.pid)).toBeLessThanOrEqual(before);
  expect(readdirSync(daemon.home)).toEqual(['down']);
  client.close();
});

test('listings that are given up leave no descriptor', async () => {
  for (let file = 0; file < 3000; file += 1) writeFileSync(join(daemon.home, `${'long name '.repeat(20)}${file}`), '');
  const before = descriptorCount(daemon.pid);
  for (let round = 0; round < 30; round += 1) {
    const client = await daemon.login();
    const data = await client.passive();
    data.on('error', () => undefined);
    client.send(['LIST\r\n', 'NLST\r\n', 'MLSD\r\n'][round % 3] ?? '');
    expect((await client.reply()).code).toBe(150);
    data.resetAndDestroy();
    client.socket.resetAndDestroy();
  }
  await expectReleased(before, KEPT_LISTENERS);
});

/** The shortest command, as often as it takes to hurt a server that keeps what it reads. */
const FLOOD = 2_000_000;
const PIECE = Buffer.from('h\r\n'.repeat(20_000));

test('2,000,000 pipelined commands before login of a client that hears nothing wait in the client', async () => {
  const quiet = residentMiB(daemon.pid);
  const socket = connect({ port: daemon.port, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.pause();
  for (let sent = 0; sent < FLOOD; sent += 20_000) socket.write(PIECE);
  let unsent = socket.bytesWritten;
  // Until nothing more moves.
  await untilTrue('the server takes no more', async () => {
    const before = unsent;
    unsent = socket.writableLength;
    const client = await daemon.login();
    client.close();
    return unsent === before;
  });
  expect(unsent).toBeGreaterThan(0);
  expect(residentMiB(daemon.pid) - quiet).toBeLessThan(32);
  socket.destroy();
});

test('2,000,000 pipelined commands before login are answered in bounded memory, or end the session', async () => {
  const quiet = residentMiB(daemon.pid);
  const socket = connect({ port: daemon.port, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  let lines = 0;
  let most = 0;
  socket.on('data', (chunk: Buffer) => {
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1;
  });
  await once(socket, 'connect');
  const measure = setInterval(() => (most = Math.max(most, residentMiB(daemon.pid))), 50);
  try {
    for (let sent = 0; sent < FLOOD && !socket.destroyed; sent += 20_000) {
      if (!socket.write(PIECE)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
    }
    await untilTrue('all are answered or the session is over', () => lines > FLOOD || socket.destroyed);
  } finally {
    clearInterval(measure);
    socket.destroy();
  }
  expect(most - quiet).toBeLessThan(64);
  const client = await daemon.login();
  expect((await client.command('NOOP')).code).toBe(200);
  client.close();
});
