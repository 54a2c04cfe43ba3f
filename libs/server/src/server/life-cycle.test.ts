import { existsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';

import { RawClient, untilTrue } from '@pure-ftpd/testing';
import { describe, expect, test } from 'vitest';

import { FTPHandler } from '../face/ftp-handler.ts';
import { FTPServer } from './ftp-server.ts';
import { MultiprocessFTPServer } from '../multiprocess/multiprocess-ftp-server.ts';
import { startTestServer } from '../testing/test-server.ts';

class Handler extends FTPHandler {}

const ADDRESS = { host: '127.0.0.1', port: 0 };

function portOf({ addresses }: Pick<FTPServer, 'addresses'>): number {
  return addresses[0]?.port ?? 0;
}

async function isOpen(port: number): Promise<boolean> {
  return RawClient.connect(port).then(
    (client) => {
      client.close();
      return true;
    },
    () => false,
  );
}

/** A client whose upload is under way, and an idle one. */
async function busy(ftp: Awaited<ReturnType<typeof startTestServer>>): Promise<{
  readonly client: RawClient;
  readonly idle: RawClient;
  /** Ends the upload. */
  readonly complete: () => void;
}> {
  const [client, idle] = await Promise.all([ftp.login(), ftp.login()]);
  const data = await client.passive();
  data.on('error', () => undefined);
  expect((await client.command('STOR file')).code).toBeLessThan(200);
  return { client, idle, complete: () => data.end('content') };
}

describe('the end of a server', () => {
  test('is a promise that is fulfilled when all is gone', async () => {
    await using ftp = await startTestServer();
    const client = await ftp.login();
    await ftp.server.close();
    expect(ftp.server.sessions.size).toBe(0);
    expect((await client.reply()).code).toBe(421);
    expect(await isOpen(ftp.port)).toBe(false);
    await ftp.server.close();
  });

  test('lets what is under way be done when it is graceful', async () => {
    await using ftp = await startTestServer();
    const { client, idle, complete } = await busy(ftp);
    const closed = ftp.server.close({ graceful: 600 });
    expect((await idle.reply()).code).toBe(421);
    expect(await isOpen(ftp.port)).toBe(false);
    complete();
    expect((await client.reply()).code).toBe(226);
    expect((await client.reply()).code).toBe(421);
    await closed;
    expect(statSync(path.join(ftp.folder, 'file')).size).toBe(7);
  });

  test.each(['another close', 'the signal', 'the time'] as const)('comes early by %s', async (how) => {
    await using ftp = await startTestServer();
    const { client } = await busy(ftp);
    const stop = new AbortController();
    const closed = ftp.server.close({ graceful: how === 'the time' ? 0.01 : Infinity, signal: stop.signal });
    if (how === 'another close') await ftp.server.close();
    if (how === 'the signal') stop.abort();
    await closed;
    expect((await client.reply()).code).toBe(421);
    expect(existsSync(path.join(ftp.folder, 'file'))).toBe(false);
  });

  test.each([-1, Number.NaN, '5'])(
    'is refused for a time that is none, and the server goes on: %j',
    async (graceful) => {
      await using ftp = await startTestServer();
      const close = (): Promise<void> => Reflect.apply(ftp.server.close.bind(ftp.server), undefined, [{ graceful }]);
      await expect(close()).rejects.toThrow(RangeError);
      await ftp.login();
    },
  );
});

describe.each([
  ['FTPServer', FTPServer],
  ['MultiprocessFTPServer', MultiprocessFTPServer],
] as const)('%s', (name, Server) => {
  const make = (port = 0): FTPServer | MultiprocessFTPServer =>
    name === 'FTPServer' ? new FTPServer({ ...ADDRESS, port }, Handler) : new Server({ ...ADDRESS, port }, Handler);

  test('cannot listen when it has been closed', async () => {
    await using server = make();
    await server.close();
    await expect(server.listen()).rejects.toThrow('this server has been closed');
    await server.serveForever();
  });

  test('can be tried again when its port was taken', async () => {
    const taken = createServer();
    taken.listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    await using server = make(port);
    await expect(server.listen()).rejects.toThrow('the port is in use');
    await expect(server.listen()).rejects.toThrow('the port is in use');
    expect(server.addresses).toEqual([]);
    taken.close();
    await once(taken, 'close');
    if (server instanceof MultiprocessFTPServer) return;
    await server.listen();
    await (await RawClient.connect(port)).reply();
  });

  test('does not listen with a signal that was raised', async () => {
    await using server = make();
    await expect(server.listen({ signal: AbortSignal.abort(new Error('no more')) })).rejects.toThrow('no more');
    expect(server.addresses).toEqual([]);
  });

  test.each(['closed', 'aborted'] as const)('that is %s while it begins leaves nothing open', async (how) => {
    const stop = new AbortController();
    let port = 0;
    let closed: Promise<void> | undefined;
    const begin = (): void => {
      port = portOf(server);
      if (how === 'closed') closed = server.close();
      else stop.abort(new Error('no more'));
    };
    await using server = new Server(ADDRESS, Handler, { beforeServing: begin });
    await expect(server.listen({ signal: stop.signal })).rejects.toThrow(how === 'closed' ? 'was closed' : 'no more');
    await closed;
    expect(await isOpen(port)).toBe(false);
  });
});

test('a second listen is refused, and harms nothing', async () => {
  await using ftp = await startTestServer();
  const client = await ftp.login();
  await expect(ftp.server.listen()).rejects.toThrow('listens already');
  expect((await client.command('NOOP')).code).toBe(200);
  await ftp.login();
});

test('a signal closes the server, and is not held on to', async () => {
  const stop = new AbortController();
  const server = new FTPServer(ADDRESS, Handler);
  const served = server.serveForever({ signal: stop.signal });
  await untilTrue('it listens', () => server.addresses.length > 0);
  const client = await RawClient.connect(portOf(server));
  await client.reply();
  stop.abort();
  expect((await client.reply()).code).toBe(421);
  await served;
});
