// A session that goes on in another server, as in another process.
import { once } from 'node:events';
import { Socket } from 'node:net';

import { isDescriptorPassingAvailable } from '@pure-ftpd/posix';
import { openDescriptors, RawClient, untilTrue } from '@pure-ftpd/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';

import { tlsCommands } from '../commands/tls-table.ts';
import { FTPHandler } from '../face/ftp-handler.ts';
import { FTPServer } from '../server/ftp-server.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import { TlsClient } from '../testing/tls-client.ts';
import { certificate } from '../testing/tls-server.ts';
import { TlsService } from '../tls/tls-service.ts';
import type { CommandResult } from '../contract/command.ts';
import type { ControlRelay } from './control-relay.ts';

const identity = { certificate: certificate('localhost'), key: certificate('localhost') };

/** Where a session begins, and a server that goes on with it when PASS is said. */
interface Pair extends AsyncDisposable {
  readonly front: TestServer;
  readonly back: FTPServer;
  readonly relays: ControlRelay[];
}

let pair: Pair | undefined;
afterEach(async () => {
  await pair?.[Symbol.asyncDispose]();
  pair = undefined;
});

async function start(isProtected = false, beforeClear: Promise<void> = Promise.resolve()): Promise<Pair> {
  const relays: ControlRelay[] = [];
  const service = isProtected ? new TlsService({ identity }) : undefined;
  class Back extends FTPHandler {
    static override tls = service;
    static override commands = tlsCommands;
    static override clearControlAllowed = true;

    /** Who protects the connection hears how much is still to be protected. */
    override async onProtectionCleared(): Promise<void> {
      await beforeClear;
      await relays[0]?.clearAfter(this.bytesSaid);
    }

    /** Without a user, a session goes back to where it began. */
    override async ftp_REIN(): Promise<CommandResult> {
      const result = await super.ftp_REIN();
      if (result !== undefined) this.respond(result);
      const detached = await this.detach();
      if (detached === undefined) return undefined;
      front.server.elsewhereEnded(this.sessionId);
      back.elsewhereEnded(this.sessionId);
      const socket = new Socket({ fd: detached.descriptor, readable: true, writable: true });
      front.server.resume(socket, { state: detached.state, unread: detached.unread }, () => undefined);
      return undefined;
    }
  }
  class Front extends FTPHandler {
    static override tls = service;
    static override commands = tlsCommands;

    override async ftp_PASS(): Promise<CommandResult> {
      const detached = await this.detach();
      if (detached === undefined) return undefined;
      const { state, descriptor, unread, tls } = detached;
      if (tls !== undefined) relays.push(tls.relay);
      const socket = new Socket({ fd: descriptor, readable: true, writable: true });
      back.resume(socket, { state, unread, tls: tls?.handover }, async (session) => {
        await session.login(session.username, '');
        return '230 Elsewhere.';
      });
      return undefined;
    }
  }
  const back: FTPServer = new FTPServer([], Back);
  await back.listen();
  const front = await startTestServer(Front);
  Back.authorizer = Front.authorizer;
  pair = {
    front,
    back,
    relays,
    async [Symbol.asyncDispose]() {
      await back.close();
      await front[Symbol.asyncDispose]();
    },
  };
  return pair;
}

describe.runIf(isDescriptorPassingAvailable())('a session that goes on elsewhere', () => {
  test('keeps its state, and not a byte that was sent ahead is lost or executed twice', async () => {
    const { front, back } = await start();
    const client = await front.connect();
    await client.command('CLNT tester');
    const ahead = Array.from({ length: 500 }, (_, index) => `MKD ${index}\r\n`).join('');
    client.send(`USER user\r\nPASS x\r\n${ahead}PW`);
    expect((await client.reply()).code).toBe(331);
    expect((await client.reply()).text).toBe('230 Elsewhere.');
    for (let index = 0; index < 500; index += 1) expect((await client.reply()).text).toContain(`"/${index}"`);
    client.send('D\r\n');
    expect((await client.reply()).text).toContain('"/"');
    const [session] = back.sessions;
    expect(session).toMatchObject({ clientName: 'tester', username: 'user', remoteAddress: '127.0.0.1' });
    expect(session?.localPort).toBe(front.port);
    expect(front.server.sessions.size).toBe(0);
    const { data } = await client.receive('NLST');
    expect(data.toString().split('\r\n')).toHaveLength(501);
  });

  test('is counted where it began until that is told of its end', async () => {
    const { front, back } = await start();
    const client = await front.connect();
    await client.command('USER user');
    await client.command('PASS x');
    expect([front.server.sessionCount, back.sessionCount]).toEqual([1, 1]);
    const id = [...back.sessions][0]?.sessionId ?? '';
    client.close();
    await untilTrue('it has ended there', () => back.sessionCount === 0);
    expect(front.server.sessionCount).toBe(1);
    front.server.elsewhereEnded(id);
    front.server.elsewhereEnded(id);
    expect(front.server.sessionCount).toBe(0);
  });

  test('that ends before it can go on leaves nothing', async () => {
    const { front, back } = await start();
    (await front.login()).close();
    await untilTrue('it has ended', () => back.sessionCount === 0);
    const before = openDescriptors();
    for (let round = 0; round < 50; round += 1) {
      const client = await RawClient.connect(front.port);
      client.send('USER user\r\nPASS x\r\n');
      client.socket.resetAndDestroy();
    }
    await untilTrue('all are closed', () => openDescriptors() <= before);
    expect(front.errors).toEqual([]);
  });

  test('comes back with what was sent ahead, and can go again', async () => {
    const { front, back } = await start();
    const client = await front.connect();
    client.send('USER user\r\nPASS x\r\nREIN\r\nNOOP\r\nUSER user\r\nPASS x\r\nPWD\r\n');
    const codes: number[] = [];
    for (let count = 0; count < 7; count += 1) codes.push((await client.reply()).code);
    expect(codes).toEqual([331, 230, 230, 200, 331, 230, 257]);
    expect([front.server.sessions.size, back.sessions.size, front.server.sessionCount]).toEqual([0, 1, 1]);
  });

  test('over TLS comes back in clear, and its last reply before that is protected', async () => {
    const { front, back } = await start(true);
    const client = await TlsClient.connect(front.port);
    for (const [line, code] of [
      ['USER user', 331],
      ['PASS x', 230],
      ['REIN', 230],
    ] as const)
      expect((await client.command(line)).code).toBe(code);
    const clear = await client.inClear({ notify: true });
    expect((await clear.command('NOOP')).code).toBe(200);
    expect([...front.server.sessions][0]?.isSecured).toBe(false);
    await clear.command('USER user');
    expect((await clear.command('PASS x')).code).toBe(230);
    expect([...back.sessions][0]?.isSecured).toBe(false);
    clear.close();
  });

  test('over TLS goes on in clear (CCC), also when the client ends TLS before who protects it has heard of that', async () => {
    const heard = Promise.withResolvers<void>();
    const { front, back } = await start(true, heard.promise);
    const client = await TlsClient.connect(front.port);
    for (const [line, code] of [
      ['USER user', 331],
      ['PASS x', 230],
      ['CCC', 200],
    ] as const)
      expect((await client.command(line)).code).toBe(code);
    const ended = once(client.control, 'end');
    client.control.end();
    await once(client.control, 'finish');
    // The end of TLS has been read when somebody who came after it is answered.
    for (let round = 0; round < 3; round += 1) (await front.connect()).close();
    heard.resolve();
    await ended;
    const clear = await client.inClear({ notify: false });
    expect((await clear.command('PWD')).code).toBe(257);
    expect([...back.sessions][0]?.isSecured).toBe(false);
    clear.socket.end();
    await untilTrue('the end of the connection is heard', () => back.sessions.size === 0);
  });

  test('over TLS ends with it, where the client was not told to go on in clear', async () => {
    const { front, back } = await start(true);
    const client = await TlsClient.connect(front.port);
    await client.command('USER user');
    expect((await client.command('PASS x')).code).toBe(230);
    await client.inClear({ notify: true });
    await untilTrue('the session is over', () => back.sessions.size === 0);
    client.close();
  });

  test('over TLS is relayed, in both directions and whatever is sent ahead, and its data connections are protected', async () => {
    const { front, back, relays } = await start(true);
    const client = await TlsClient.connect(front.port);
    await client.command('PBSZ 0');
    await client.command('PROT P');
    await client.command('USER user');
    const lines = Array.from({ length: 300 }, (_, index) => `MKD ${index}\r\n`).join('');
    client.raw.send(`PASS x\r\n${lines}`);
    expect((await client.reply()).text).toBe('230 Elsewhere.');
    for (let index = 0; index < 300; index += 1) expect((await client.reply()).code).toBe(257);
    const [session] = back.sessions;
    expect(session).toMatchObject({ isSecured: true, protection: 'private', remoteAddress: '127.0.0.1' });
    expect(relays).toHaveLength(1);
    expect((await client.transmit('STOR file', 'content')).code).toBe(226);
    expect((await client.receive('RETR file')).data.toString()).toBe('content');
    expect((await client.command('QUIT')).code).toBe(221);
    client.close();
    await relays[0]?.ended;
    await untilTrue('both have ended', () => back.sessions.size === 0);
  });

  test('over TLS is over when its server says so, though the client goes on to talk', async () => {
    const { back, relays } = await start(true);
    const client = await TlsClient.connect(pair?.front.port ?? 0);
    await client.command('USER user');
    expect((await client.command('PASS x')).code).toBe(230);
    // It does not end its side when the server does.
    client.control.allowHalfOpen = true;
    expect((await client.command('QUIT')).code).toBe(221);
    await client.raw.end();
    const now = performance.now.bind(performance);
    using _later = vi.spyOn(performance, 'now').mockImplementation(() => now() + 6000);
    client.raw.send('NOOP\r\n');
    let isOver = false;
    void relays[0]?.ended.then(() => (isOver = true));
    await untilTrue('the relay has ended', () => isOver);
    await untilTrue('and the session', () => back.sessions.size === 0);
    client.close();
  });
});
