import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { RawClient, untilTrue } from '@pure-ftpd/testing';
import { expect, test, vi } from 'vitest';

import { FTPHandler } from './face/ftp-handler.ts';
import type { CommandResult } from './contract/command.ts';
import { startTestServer } from './testing/test-server.ts';

/** Longer than a busy machine takes for a login. */
const IDLE_MS = 1000;

class Impatient extends FTPHandler {
  static override timeout = IDLE_MS / 1000;

  /** Takes longer than a client may be silent. */
  override async ftp_SYST(): Promise<CommandResult> {
    await sleep(IDLE_MS * 1.5);
    return '215 UNIX Type: L8';
  }
}

test('the time begins when a transfer has ended, however long it has taken', async () => {
  await using ftp = await startTestServer(Impatient);
  const client = await ftp.login();
  const data = await client.passive();
  expect((await client.command('STOR file')).code).toBeLessThan(200);
  await sleep(IDLE_MS * 1.5);
  const start = performance.now();
  data.end('content');
  expect((await client.reply()).code).toBe(226);
  expect((await client.reply()).code).toBe(421);
  const idle = performance.now() - start;
  expect(idle).toBeGreaterThan(IDLE_MS * 0.9);
  expect(await client.end()).toBe('');
});

test('the time begins when a command was answered, and with each command again', async () => {
  await using ftp = await startTestServer(Impatient);
  const client = await ftp.login();
  expect((await client.command('SYST')).code).toBe(215);
  let start = 0;
  for (let count = 0; count < 3; count += 1) {
    await sleep(IDLE_MS * 0.4);
    start = performance.now();
    expect((await client.command('NOOP')).code).toBe(200);
  }
  expect((await client.reply()).code).toBe(421);
  expect(performance.now() - start).toBeGreaterThan(IDLE_MS * 0.9);
});

test('a client that wants no time at all has none once its command is answered', async () => {
  await using ftp = await startTestServer(Impatient);
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
  const now = performance.now.bind(performance);
  using _later = vi.spyOn(performance, 'now').mockImplementation(() => now() + 6000);
  client.send('NOOP\r\n');
  await untilTrue('the session is over', () => ftp.server.sessions.size === 0);
  client.close();
});
