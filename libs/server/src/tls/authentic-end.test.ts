import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

import { describe, expect, test } from 'vitest';

import { certificate } from '../testing/tls-server.ts';
import { Wire } from '../testing/tls-client.ts';
import { ClientRecords } from '../testing/client-records.ts';
import { watchEnd } from './authentic-end.ts';
import { DataCarrier } from './data-carrier.ts';
import { packReads } from './packed-reads.ts';
import { pooledReads } from '../sockets/pooled-reads.ts';
import { NO_TICKETS } from './ticket-keys.ts';
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
  /** Of what came. */
  readonly digest: string;
  readonly byClient: boolean;
}

/** How a client ends what it sends. */
interface Ending {
  readonly ends: (client: ClientRecords) => void | Promise<void>;
  readonly slowReader?: boolean;
}

function digestOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Sends bytes over TLS, ends in some way, and answers what the server saw. */
async function watch(version: 'TLSv1.2' | 'TLSv1.3', content: Buffer, { ends, slowReader }: Ending): Promise<Watched> {
  const { client, server } = await connection();
  const endpoint = new TlsEndpoint({ cert: identity, key: identity, minVersion: version, maxVersion: version });
  const use = { tickets: NO_TICKETS, sessions: new Map<string, Buffer>() };
  const carrier = new DataCarrier(server);
  let byClient: (() => boolean) | undefined;
  const secured = endpoint.handshake(carrier, use, 10, (socket: TLSSocket) => {
    byClient = watchEnd(socket, carrier);
    packReads(socket);
  });
  const records = new ClientRecords(new Wire(client), version);
  await once(records.tls, 'secureConnect');
  const written = new Promise((resolve) => records.tls.write(content, resolve));
  const socket = await secured;
  const hash = createHash('sha256');
  const over = once(socket, 'end');
  // What has come before anybody reads is kept, its end as well: on a busy machine both may be there already.
  const begun = Promise.withResolvers<void>();
  const read = (): void => {
    pooledReads(socket)?.begin({ use: () => false, take: (bytes) => hash.update(bytes) !== undefined });
    socket.resume();
    begun.resolve();
  };
  if (slowReader === true) setImmediate(() => setImmediate(read));
  else read();
  await written;
  await ends(records);
  await Promise.all([over, begun.promise]);
  const seen = { digest: hash.digest('hex'), byClient: byClient?.() === true };
  client.destroy();
  socket.destroy();
  return seen;
}

const USER_CANCELED = 90;
const CLOSE_NOTIFY = 0;

const closes = (client: ClientRecords): void => void client.tls.end();

function saysSo(client: ClientRecords): void {
  client.wire.endsBoth = false;
  client.tls.end();
}

const isCut = (client: ClientRecords): void => void client.wire.socket.end();

function cancelsAndIsCut(client: ClientRecords): void {
  client.sendRaw(client.alert(USER_CANCELED));
  client.sendRaw(client.alert(CLOSE_NOTIFY).subarray(0, -1));
  isCut(client);
}

function changesKeysAndIsCut(client: ClientRecords): void {
  client.sendRaw(client.keyUpdate());
  isCut(client);
}

const SIZES = [0, 1, 100, 16_362, 16_384, 300_000, 3_000_000] as const;

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('the end of a connection over %s', (version) => {
  test('is the client’s word, or only that of the connection', async () => {
    for (const size of SIZES) {
      const content = randomBytes(size);
      const digest = digestOf(content);
      for (const slowReader of [false, true]) {
        expect(await watch(version, content, { ends: closes, slowReader })).toEqual({ digest, byClient: true });
        expect(await watch(version, content, { ends: saysSo, slowReader })).toEqual({ digest, byClient: true });
        expect(await watch(version, content, { ends: isCut, slowReader })).toEqual({ digest, byClient: false });
      }
    }
  });
});

describe('over TLS 1.3, a client that says user_canceled', () => {
  test.each(['in one piece', 'in two', 'byte by byte'] as const)(
    'and close_notify, %s, has said that it is all',
    async (how) => {
      for (const size of SIZES) {
        const content = randomBytes(size);
        const ends = async (client: ClientRecords): Promise<void> => {
          const alerts = [client.alert(USER_CANCELED), client.alert(CLOSE_NOTIFY)];
          if (how === 'in one piece') client.sendRaw(Buffer.concat(alerts));
          else if (how === 'in two') for (const alert of alerts) await client.sendAndSettle(alert);
          else for (const byte of Buffer.concat(alerts)) await client.sendAndSettle(Buffer.of(byte));
          client.wire.socket.end();
        };
        expect(await watch('TLSv1.3', content, { ends })).toEqual({ digest: digestOf(content), byClient: true });
        expect(await watch('TLSv1.3', content, { ends, slowReader: true })).toMatchObject({ byClient: true });
      }
    },
  );

  test('and is cut before close_notify, has not', async () => {
    const content = randomBytes(1000);
    expect(await watch('TLSv1.3', content, { ends: cancelsAndIsCut })).toEqual({
      digest: digestOf(content),
      byClient: false,
    });
  });

  test('and a client that changes its keys, and is cut behind that, has not', async () => {
    const content = randomBytes(1000);
    expect(await watch('TLSv1.3', content, { ends: changesKeysAndIsCut })).toEqual({
      digest: digestOf(content),
      byClient: false,
    });
  });
});
