import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { closeSync, lstatSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';

import { afterEach, describe, expect, test } from 'vitest';

import { isSocketpairAvailable, socketpair } from './socket.ts';
import { socketStatus } from './socket-status.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

function descriptorOf(socket: object): number {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (typeof handle !== 'object' || handle === null) throw new Error('no handle');
  return Number(Reflect.get(handle, 'fd'));
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Node tells the descriptor of a datagram socket nowhere: the kernel has its port, its inode, and who holds that. */
function datagramDescriptor(port: number): number {
  const line = readFileSync('/proc/self/net/udp', 'latin1')
    .split('\n')
    .map((text) => text.trim().split(/\s+/))
    .find(([, local = '']) => Number.parseInt(local.slice(local.indexOf(':') + 1), 16) === port);
  const fds = readdirSync('/proc/self/fd').filter((fd) => isOpen(fd));
  return Number(fds.find((fd) => readlinkSync(`/proc/self/fd/${fd}`) === `socket:[${line?.[9]}]`));
}

/** Not the descriptor of the listing itself, which is closed by now. */
function isOpen(fd: string): boolean {
  return lstatSync(`/proc/self/fd/${fd}`, { throwIfNoEntry: false }) !== undefined;
}

async function listening(host: string): Promise<Server> {
  const server = createServer();
  server.listen(0, host);
  await once(server, 'listening');
  closing.push(() => server.close());
  return server;
}

async function connected(server: Server, host: string): Promise<{ client: Socket; accepted: Socket }> {
  const accepted = once(server, 'connection');
  const client = connect(portOf(server), host);
  const [socket]: Socket[] = await accepted;
  if (socket === undefined) throw new Error('no connection');
  if (client.connecting) await once(client, 'connect');
  for (const end of [client, socket]) {
    end.on('error', () => undefined);
    closing.push(() => end.destroy());
  }
  return { client, accepted: socket };
}

describe.runIf(isSocketpairAvailable())('what the kernel says of a descriptor', () => {
  test.each(['127.0.0.1', '::1'])('both ends of a connection over %s', async (host) => {
    const server = await listening(host);
    const { client, accepted } = await connected(server, host);
    expect(socketStatus(descriptorOf(accepted))).toEqual({
      kind: 'tcp',
      local: { address: host, port: portOf(server) },
      peer: { address: host, port: client.localPort },
    });
  });

  test('an IPv4 client on a socket for both families has its IPv4 address', async () => {
    const server = await listening('::');
    const { client, accepted } = await connected(server, '127.0.0.1');
    expect(socketStatus(descriptorOf(accepted))).toMatchObject({
      peer: { address: '127.0.0.1', port: client.localPort },
    });
  });

  test('a client that has reset its connection is nobody any more; the local end is known still', async () => {
    const server = await listening('127.0.0.1');
    const { client, accepted } = await connected(server, '127.0.0.1');
    const fd = descriptorOf(accepted);
    accepted.pause();
    client.resetAndDestroy();
    const isThere = (): boolean => {
      const status = socketStatus(fd);
      return status?.kind === 'tcp' && status.peer !== undefined;
    };
    while (isThere()) await new Promise((resolve) => setImmediate(resolve));
    expect(socketStatus(fd)).toMatchObject({ local: { address: '127.0.0.1', port: portOf(server) } });
  });

  test('a pair is of the process that made it', () => {
    const [one, other] = socketpair();
    expect(socketStatus(one)).toEqual({
      kind: 'unix',
      peerPid: process.pid,
      peerUid: process.getuid?.(),
      peerGid: process.getgid?.(),
    });
    closeSync(other);
    expect(socketStatus(one)).toEqual({
      kind: 'unix',
      peerPid: process.pid,
      peerUid: process.getuid?.(),
      peerGid: process.getgid?.(),
    });
    closeSync(one);
    expect(() => socketStatus(one)).toThrow(/EBADF/);
  });

  test('what listens, and datagrams, are no connections; a file is no socket', async () => {
    expect(socketStatus(descriptorOf(await listening('127.0.0.1')))).toEqual({ kind: 'other' });
    const datagrams = createSocket('udp4');
    datagrams.bind(0, '127.0.0.1');
    await once(datagrams, 'listening');
    closing.push(() => datagrams.close());
    const fd = datagramDescriptor(datagrams.address().port);
    expect(fd).toBeGreaterThan(2);
    expect(socketStatus(fd)).toEqual({ kind: 'other' });
    const file = openSync('/dev/null', 'r');
    expect(socketStatus(file)).toBeUndefined();
    closeSync(file);
  });
});
