// Delays and limits of logins, which the real program would take minutes to show.
import { userInfo } from 'node:os';

import { AuthChain, type BackendResult, type LoginAttempt, LoginService, NO_LIMITS } from '@pure-ftpd/auth';
import { defaults } from '@pure-ftpd/options';
import { RawClient, temporaryFolder, untilTrue } from '@pure-ftpd/testing';
import { FTPServer } from '@pure-ftpd/server';
import { afterEach, expect, test } from 'vitest';

import { EventStream } from '../events/event-stream.ts';
import { Log } from '../log/log.ts';
import { LocalCounters } from '@pure-ftpd/server/internal';
import { Judge } from '../login/judge.ts';
import { LocalAdmission } from '../login/local-admission.ts';
import { findAnnouncedAddress } from '../features/announced-address.ts';
import { PureFtpdHandler } from './handler.ts';

let server: FTPServer | undefined;
afterEach(async () => {
  void server?.close();
  await server?.serveForever();
  server = undefined;
});

/** A server that answers every login alike; a unit of delay is 20 ms. */
async function start(
  result: BackendResult | ((attempt: LoginAttempt) => Promise<BackendResult>),
  unit = 0.02,
  timeout = 60,
): Promise<{ client: RawClient; asked: () => number }> {
  let asked = 0;
  const authenticate = async (attempt: LoginAttempt): Promise<BackendResult> => {
    asked += 1;
    return typeof result === 'function' ? result(attempt) : result;
  };
  const log = new Log([]);
  log.close();
  const configuration = defaults();
  const judge = new Judge({
    configuration,
    log,
    logins: new LoginService(new AuthChain([{ method: 'fixed', authenticate }])),
    accountSessions: new LocalCounters(),
    anonymousAccount: undefined,
  });
  class Handler extends PureFtpdHandler {
    static override daemon = {
      configuration,
      log,
      events: new EventStream([]),
      admission: new LocalAdmission(judge),
      aliases: undefined,
      announcedAddress: findAnnouncedAddress,
    };
    static override loginDelayUnit = unit;
    static override directoryDelayUnit = unit;
    static override timeout = timeout;
  }
  server = new FTPServer({ host: '127.0.0.1', port: 0 }, Handler);
  await server.listen();
  const client = await RawClient.connect(server.addresses[0]?.port ?? 0);
  await client.reply();
  return { client, asked: () => asked };
}

async function login(client: RawClient, password = 'x'): Promise<number> {
  await client.command('USER alice');
  return (await client.command(`PASS ${password}`)).code;
}

test.each([
  ['ends its side', (client: RawClient) => client.socket.end()],
  ['resets its connection', (client: RawClient) => client.socket.resetAndDestroy()],
])('a client that %s while it is judged is not judged any longer, and its place is free', async (_what, leave) => {
  const begun = Promise.withResolvers<void>();
  let ended = 0;
  // As a hash that waits for its turn: it never comes.
  const { client } = await start(({ signal }) => {
    begun.resolve();
    return new Promise((resolve) => {
      signal?.addEventListener('abort', () => {
        ended += 1;
        resolve(refused);
      });
    });
  });
  client.send('USER alice\r\nPASS x\r\nNOOP\r\n');
  await begun.promise;
  leave(client);
  await untilTrue('its place is free', () => server?.sessionCount === 0);
  expect(ended).toBe(1);
});

const refused: BackendResult = { kind: 'refused', reason: 'wrong password' };

test('the sixth failure is answered, and ends the session', async () => {
  const { client } = await start(refused);
  for (let failure = 1; failure <= 6; failure += 1) expect(await login(client)).toBe(530);
  expect(await client.end()).toBe('');
});

test('each failure waits longer than the one before', async () => {
  const { client } = await start(refused, 0.1);
  for (let failure = 1; failure <= 3; failure += 1) {
    const before = performance.now();
    await login(client);
    expect(performance.now() - before).toBeGreaterThanOrEqual(failure * 100 - 1);
  }
  client.close();
});

test('a session that ends meanwhile does not wait for its delay', async () => {
  const { client } = await start(refused, 3600);
  client.send('USER alice\r\nPASS x\r\n');
  await client.reply();
  client.close();
  // The server ends only when its sessions have.
  void server?.close();
  await server?.serveForever();
  expect(server?.sessions.size).toBe(0);
});

test('a password of 512 bytes is refused unseen, and does not count', async () => {
  const { client, asked } = await start(refused);
  await client.command('USER alice');
  for (let round = 0; round < 10; round += 1) {
    expect((await client.command(`PASS ${'p'.repeat(512)}`)).code).toBe(530);
  }
  expect(asked()).toBe(0);
  expect((await client.command(`PASS ${'p'.repeat(511)}`)).code).toBe(530);
  expect(asked()).toBe(1);
  client.close();
});

test('a database that cannot be read ends the session with 421', async () => {
  const { client } = await start({ kind: 'broken', reason: 'no' });
  expect(await login(client)).toBe(421);
  expect(await client.end()).toBe('');
});

test('names of accounts are cut at 127 bytes', async () => {
  const { client } = await start(refused);
  const { text } = await client.command(`USER ${'u'.repeat(200)}`);
  expect(text).toMatch(/^331 .*\bu{127}\b/);
  client.close();
});

test('who only keeps the connection is told to go after twice the idle time', async () => {
  // Before the session begins: its own clock starts when it does.
  const begun = performance.now();
  const { client } = await start(refused, 0, 0.2);
  const codes = new Set<number>();
  while (!codes.has(421)) codes.add((await client.command('NOOP')).code);
  expect(performance.now() - begun).toBeGreaterThanOrEqual(399); // a timer may be a millisecond early
  expect([...codes]).toEqual([200, 421]);
  expect(await client.end()).toBe('');
});

test('and who does something else now and then is not', async () => {
  // Twice the idle time is more than a busy machine makes anybody wait.
  const { client } = await start(refused, 0, 1);
  for (const begun = performance.now(); performance.now() - begun < 2500;) {
    expect((await client.command('HELP')).code).toBe(214);
    expect((await client.command('NOOP')).code).toBe(200);
  }
  client.close();
});

test('after 50 directories that are not there the session ends, each answer later than the one before', async () => {
  using home = temporaryFolder();
  const { uid, gid } = userInfo();
  const account = {
    login: 'alice',
    method: 'fixed',
    uid: uid === 0 ? 65_534 : uid,
    gid: uid === 0 ? 65_534 : gid,
    home: { field: home.path, chroot: home.path, directory: '/' },
    limits: NO_LIMITS,
    resolvesNames: false,
  };
  const { client } = await start({ kind: 'accepted', account }, 0.001);
  expect(await login(client)).toBe(230);
  const begun = performance.now();
  for (let failure = 0; failure < 50; failure += 1) expect((await client.command('CWD nowhere')).code).toBe(550);
  // 0, 1, 2 ... 49 ms.
  expect(performance.now() - begun).toBeGreaterThan(1200);
  client.send('CWD nowhere\r\n');
  expect(await client.end()).toBe('');
});
