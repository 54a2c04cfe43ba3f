import { once } from 'node:events';
import { createServer } from 'node:net';

import { RawClient, untilTrue } from '@pure-ftpd/testing';
import { describe, expect, test } from 'vitest';

import { ServerError } from '../errors.ts';
import { FTPHandler } from '../face/ftp-handler.ts';
import { FTPServer } from './ftp-server.ts';

class Handler extends FTPHandler {}

describe('FTPServer', () => {
  test('serves clients that a listener of the caller accepted, those included who came too early', async () => {
    await using server = new FTPServer([], Handler);
    const listener = createServer((socket) => server.accept(socket));
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const address = listener.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const early = await RawClient.connect(port);
    const gone = await RawClient.connect(port);
    gone.socket.resetAndDestroy();
    await server.listen();
    expect((await early.reply()).code).toBe(220);
    const late = await RawClient.connect(port);
    expect((await late.reply()).code).toBe(220);
    // Half-closed by the client, and still answered.
    late.socket.end('NOOP\r\n');
    expect((await late.reply()).code).toBe(200);
    await untilTrue('only one is left', () => server.sessions.size === 1);
    listener.close();
  });

  test('is gone at the end of its block: sessions are told, the port is free', async () => {
    let port = 0;
    let client: RawClient | undefined;
    {
      await using server = new FTPServer({ host: '127.0.0.1', port: 0 }, Handler);
      await server.listen();
      port = server.addresses[0]?.port ?? 0;
      client = await RawClient.connect(port);
      await client.reply();
    }
    expect((await client.reply()).code).toBe(421);
    await using again = new FTPServer({ host: '127.0.0.1', port }, Handler);
    await again.listen();
  });

  test('one that has never listened can be closed', async () => {
    const server = new FTPServer({ host: '127.0.0.1', port: 0 }, Handler);
    await server.close();
    await server.serveForever();
    expect(server.addresses).toEqual([]);
  });

  test('a port that is taken is an error that says so, and leaves nothing open', async () => {
    await using first = new FTPServer({ host: '127.0.0.1', port: 0 }, Handler);
    await first.listen();
    const port = first.addresses[0]?.port ?? 0;
    const second = new FTPServer(
      [
        { host: '127.0.0.1', port: 0 },
        { host: '127.0.0.1', port },
      ],
      Handler,
    );
    await expect(second.listen()).rejects.toThrow(
      new ServerError('LISTEN', `cannot listen on 127.0.0.1 port ${port}: the port is in use`),
    );
    expect(second.addresses).toEqual([]);
  });
});
