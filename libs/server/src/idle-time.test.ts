import { connect, type Socket } from 'node:net';

import { RawClient, untilTrue } from '@pure-ftpd/testing';
import { afterEach, expect, test, vi } from 'vitest';

import { FTPHandler } from './face/ftp-handler.ts';
import type { CommandResult } from './contract/command.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

/** How long a client may be silent, in milliseconds. Its passing is pretended. */
const IDLE_MS = 3_600_000;

class Idle extends FTPHandler {
  static override timeout = IDLE_MS / 1000;
}

const now = performance.now.bind(performance);

/** Lets time pass, in milliseconds. */
function pass(milliseconds: number): void {
  const before = performance.now() - now();
  vi.spyOn(performance, 'now').mockImplementation(() => now() + before + milliseconds);
}

afterEach(() => void vi.restoreAllMocks());

/** The connection of the only session. */
function socketOf({ server }: TestServer): Socket {
  const [session] = server.sessions;
  if (session === undefined) throw new Error('there is no session');
  return session.socket;
}

/** The timer of the connection goes off. */
function goOff(socket: Socket): void {
  socket.emit('timeout');
}

test('a client that is silent is told so, and its session ends', async () => {
  await using ftp = await startTestServer();
  const client = await ftp.login();
  expect((await client.command('SITE IDLE 1')).code).toBe(200);
  expect((await client.reply()).code).toBe(421);
  expect(await client.end()).toBe('');
});

test('the time begins when a transfer has ended, however long it has taken', async () => {
  await using ftp = await startTestServer(Idle);
  const client = await ftp.login();
  const socket = socketOf(ftp);
  const data = await client.passive();
  expect((await client.command('STOR file')).code).toBeLessThan(200);
  pass(IDLE_MS * 1.5);
  goOff(socket);
  data.end('content');
  expect((await client.reply()).code).toBe(226);
  pass(IDLE_MS * 0.9);
  goOff(socket);
  expect((await client.command('NOOP')).code).toBe(200);
  pass(IDLE_MS);
  goOff(socket);
  expect((await client.reply()).code).toBe(421);
  expect(await client.end()).toBe('');
});

test('the time begins when a command was answered, and with each command again', async () => {
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  const { promise: answer, resolve: give } = Promise.withResolvers<CommandResult>();
  class Slow extends Idle {
    override ftp_SYST(): Promise<CommandResult> {
      ask();
      return answer;
    }
  }
  await using ftp = await startTestServer(Slow);
  const client = await ftp.login();
  const socket = socketOf(ftp);
  client.send('SYST\r\n');
  await asked;
  pass(IDLE_MS * 1.5);
  goOff(socket);
  give('215 UNIX Type: L8');
  expect((await client.reply()).code).toBe(215);
  for (let count = 0; count < 3; count += 1) {
    pass(IDLE_MS * 0.9);
    goOff(socket);
    // What is left of it.
    expect((socket.timeout ?? 0) / IDLE_MS).toBeCloseTo(0.1);
    expect((await client.command('NOOP')).code).toBe(200);
  }
  pass(IDLE_MS);
  goOff(socket);
  expect((await client.reply()).code).toBe(421);
});

test('a client that wants no time at all has none once its command is answered', async () => {
  await using ftp = await startTestServer();
  const client = await ftp.login();
  client.send('SITE IDLE 0\r\nSYST\r\n');
  expect((await client.reply()).code).toBe(200);
  expect((await client.reply()).code).toBe(215);
  expect((await client.reply()).code).toBe(421);
});

test('a client whose session has ended does not keep it by going on to talk', async () => {
  await using ftp = await startTestServer();
  // It does not end its side when the server does.
  const client = RawClient.over(connect({ port: ftp.port, host: '127.0.0.1', allowHalfOpen: true }));
  expect((await client.reply()).code).toBe(220);
  expect((await client.command('QUIT')).code).toBe(221);
  await client.end();
  client.send('NOOP\r\n');
  expect(ftp.server.sessions.size).toBe(1);
  pass(6000);
  client.send('NOOP\r\n');
  await untilTrue('the session is over', () => ftp.server.sessions.size === 0);
  client.close();
});
