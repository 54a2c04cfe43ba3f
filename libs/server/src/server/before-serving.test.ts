import { connect } from 'node:net';

import { RawClient } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

import { FTPHandler } from '../face/ftp-handler.ts';
import { FTPServer } from './ftp-server.ts';

class Handler extends FTPHandler {}

const ADDRESS = { host: '127.0.0.1', port: 0 };

test('a client who comes before the server is ready is served afterwards, and not before', async () => {
  let early: Promise<RawClient> | undefined;
  let sessionsBefore = -1;
  const server: FTPServer = new FTPServer(ADDRESS, Handler, {
    async beforeServing([bound]) {
      early = RawClient.connect(bound?.port ?? 0);
      await early;
      // The connection is made; whoever accepts it has had a turn.
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      sessionsBefore = server.sessions.size;
    },
  });
  await server.listen();
  expect(sessionsBefore).toBe(0);
  const client = await early;
  expect((await client?.reply())?.code).toBe(220);
  client?.close();
  await server.close();
});

test('when it fails nobody is served, and listen fails with its error', async () => {
  let port = 0;
  const server = new FTPServer(ADDRESS, Handler, {
    beforeServing([bound]) {
      port = bound?.port ?? 0;
      throw new Error('cannot become anybody else');
    },
  });
  await expect(server.listen()).rejects.toThrow('cannot become anybody else');
  const refused = await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', resolve);
    socket.once('close', resolve);
  });
  expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
});
