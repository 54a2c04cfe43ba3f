import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';

import { describe, expect, test } from 'vitest';

import { certificate } from '../testing/tls-server.ts';
import { Wire } from '../testing/tls-client.ts';
import { endOf, watchEnd } from './authentic-end.ts';
import { NO_TICKETS } from './ticket-keys.ts';
import { carry } from './tls-carrier.ts';
import { TlsEndpoint } from './tls-endpoint.ts';

const identity = certificate('localhost');

/** Both ends of a connection of this machine. */
async function connection(): Promise<{ readonly client: Socket; readonly server: Socket }> {
  const listener = createServer({ allowHalfOpen: true, pauseOnConnect: true });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  const accepted = once(listener, 'connection');
  const client = connect({ port: address.port, host: '127.0.0.1', allowHalfOpen: true });
  const [server]: Socket[] = await accepted;
  if (server === undefined) throw new Error('no connection');
  listener.close();
  return { client, server };
}

interface Watched {
  readonly bytes: number;
  readonly byClient: boolean;
}

/** Sends bytes over TLS, ends in some way, and answers what the server saw. */
async function watch(
  by: 'handle' | 'carrier',
  version: 'TLSv1.2' | 'TLSv1.3',
  size: number,
  how: { readonly notify: boolean; readonly fin: boolean; readonly slowReader: boolean },
): Promise<Watched> {
  const { client, server } = await connection();
  const endpoint = new TlsEndpoint({ cert: identity, key: identity, minVersion: version, maxVersion: version });
  const use = { tickets: NO_TICKETS, sessions: new Map<string, Buffer>() };
  const ended = endOf(server);
  const carrier = by === 'carrier' || ended === undefined ? carry(server) : undefined;
  let byClient: (() => boolean) | undefined;
  const secured = endpoint.handshake(carrier ?? server, use, 10, (socket: TLSSocket) => {
    byClient = watchEnd(socket, carrier === undefined && ended !== undefined ? ended : () => carrier?.endSeen === true);
  });
  const wire = new Wire(client);
  wire.endsBoth = how.fin;
  const tls = connectTls({ socket: wire, rejectUnauthorized: false, servername: '' });
  tls.on('error', () => undefined);
  await once(tls, 'secureConnect');
  const written = new Promise((resolve) => tls.write(Buffer.alloc(size), resolve));
  const socket = await secured;
  let bytes = 0;
  const over = once(socket, 'end');
  const read = (): void => {
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
  };
  if (how.slowReader) setImmediate(() => setImmediate(read));
  else read();
  await written;
  if (how.notify) tls.end();
  else client.end();
  await over;
  const seen = { bytes, byClient: byClient?.() === true };
  client.destroy();
  socket.destroy();
  return seen;
}

describe.each(['handle', 'carrier'] as const)('the end of a TLS connection, seen by the %s', (by) => {
  const SIZES = [0, 1, 16_362, 16_384, 300_000] as const;

  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'is the client’s word, or only that of the connection: %s',
    async (version) => {
      for (const size of SIZES) {
        for (const slowReader of [false, true]) {
          const seen = { bytes: size, byClient: true };
          expect(await watch(by, version, size, { notify: true, fin: true, slowReader })).toEqual(seen);
          expect(await watch(by, version, size, { notify: true, fin: false, slowReader })).toEqual(seen);
          expect(await watch(by, version, size, { notify: false, fin: true, slowReader })).toEqual({
            bytes: size,
            byClient: false,
          });
        }
      }
    },
  );
});
