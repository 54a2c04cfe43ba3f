// Descriptors that a process that was taken over may send with a message, of every kind.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { mkfifo, socketpair } from '@pure-ftpd/posix';
import { descriptorOf } from '@pure-ftpd/server/internal';

export const KINDS = ['file', 'pipe', 'datagrams', 'listening', 'elsewhere', 'pair'] as const;
export type Kind = (typeof KINDS)[number];

/** Makes one of each: they stay open as long as the process lives. */
export async function makeDescriptors(): Promise<Readonly<Record<Kind, number>>> {
  const server = createServer((socket) => socket.resume());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const client = connect(typeof address === 'object' && address !== null ? address.port : 0, '127.0.0.1');
  await once(client, 'connect');
  const [pair] = socketpair();
  return {
    file: openSync('/dev/null', 'r'),
    pipe: pipe(),
    datagrams: await datagrams(),
    listening: descriptorOf(server) ?? -1,
    elsewhere: descriptorOf(client) ?? -1,
    pair,
  };
}

function pipe(): number {
  const folder = mkdtempSync(path.join(tmpdir(), 'hostile-'));
  try {
    mkfifo(path.join(folder, 'pipe'), 0o600);
    return openSync(path.join(folder, 'pipe'), constants.O_RDWR);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function datagrams(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  // Node tells the descriptor of a datagram socket nowhere else.
  const symbol = Object.getOwnPropertySymbols(socket).find(({ description }) => description === 'state symbol');
  const state: unknown = symbol === undefined ? undefined : Reflect.get(socket, symbol);
  const handle: unknown = typeof state === 'object' && state !== null ? Reflect.get(state, 'handle') : undefined;
  if (typeof handle !== 'object' || handle === null) throw new Error('no datagram socket');
  return Number(Reflect.get(handle, 'fd'));
}
