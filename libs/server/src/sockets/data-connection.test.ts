import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

import { openDescriptors, untilTrue } from '@pure-ftpd/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { onAccepted } from '../data/accepted-handles.ts';
import { DataConnection } from './data-connection.ts';

const server: { listener?: Server; port: number; accepted: DataConnection[] } = { port: 0, accepted: [] };
const sockets: Socket[] = [];
let before = 0;

beforeEach(async () => {
  before = openDescriptors();
  const listener = createServer({ allowHalfOpen: true, pauseOnConnect: true });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  onAccepted(listener, (connection) => server.accepted.push(new DataConnection(connection)));
  const address = listener.address();
  server.listener = listener;
  server.port = address !== null && typeof address === 'object' ? address.port : 0;
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const connection of server.accepted.splice(0)) connection.destroy();
  server.listener?.close();
  await untilTrue('every descriptor is closed', () => openDescriptors() <= before);
});

/** A connection that is no stream, and the client's end of it. */
async function connection(): Promise<{ readonly near: DataConnection; readonly far: Socket }> {
  const far = connect({ port: server.port, host: '127.0.0.1' });
  far.on('error', () => undefined);
  sockets.push(far);
  await once(far, 'connect');
  await untilTrue('it is accepted', () => server.accepted.length > 0);
  const near = server.accepted.shift();
  if (near === undefined) throw new Error('nobody has connected');
  expect(near.isStream).toBe(false);
  return { near, far };
}

/** All that comes until the end. */
async function received(far: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  far.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(far, 'close');
  return Buffer.concat(chunks);
}

test('what the network takes at once is all that is sent, and the connection ends', async () => {
  const { near, far } = await connection();
  const all = received(far);
  let closed = 0;
  near.onceClosed(() => (closed += 1));
  expect(near.finish(Buffer.from('content'))).toBe(7);
  expect([near.destroyed, near.isStream, closed]).toEqual([true, false, 1]);
  expect((await all).toString()).toBe('content');
  near.destroy();
  expect(near.finish(Buffer.from('more'))).toBe(0);
  expect(closed).toBe(1);
});

test('without a byte, it is only ended', async () => {
  const { near, far } = await connection();
  const all = received(far);
  expect(near.finish(Buffer.alloc(0))).toBe(0);
  expect(near.destroyed).toBe(true);
  expect(await all).toHaveLength(0);
});

test('what the network does not take at once, the stream sends after it', async () => {
  const { near, far } = await connection();
  const content = Buffer.alloc(16 * 1024 * 1024);
  for (let at = 0; at < content.length; at += 4) content.writeUInt32LE(at, at);
  // Nobody reads yet: the network has room for a part of it.
  const taken = near.finish(content);
  expect(taken).toBeGreaterThan(0);
  expect(taken).toBeLessThan(content.length);
  expect(near.destroyed).toBe(false);
  let closed = 0;
  near.onceClosed(() => (closed += 1));
  near.socket.end(content.subarray(taken));
  near.socket.resume();
  const all = received(far);
  expect((await all).equals(content)).toBe(true);
  await untilTrue('its end is told', () => closed === 1);
  expect(near.finish(Buffer.from('more'))).toBe(0);
});

test('one that is destroyed before its first use is a stream that is destroyed, and its end is told of', async () => {
  const { near, far } = await connection();
  const all = received(far);
  near.destroy();
  near.destroy();
  await all;
  const { socket } = near;
  expect([near.destroyed, socket.destroyed]).toEqual([true, true]);
  socket.on('error', () => undefined);
  await once(socket, 'close');
  expect(near.socket).toBe(socket);
  let closed = 0;
  near.onceClosed(() => (closed += 1));
  expect(closed).toBe(1);
});

test.each(['before it is a stream', 'after that', 'when it is closed, before', 'when it is closed, after'])(
  'who asks %s is told of the end once',
  async (when) => {
    const { near, far } = await connection();
    let closed = 0;
    const ask = (): void => near.onceClosed(() => (closed += 1));
    if (when === 'before it is a stream') ask();
    if (when !== 'when it is closed, before') near.socket.resume();
    if (when === 'after that') ask();
    expect(closed).toBe(0);
    near.destroy();
    if (when !== 'when it is closed, before') await once(near.socket, 'close');
    if (when.startsWith('when')) ask();
    far.resume();
    await once(far, 'close');
    expect(closed).toBe(1);
  },
);

test('a client that has gone is found out by sending, and its end is told of', async () => {
  const { near, far } = await connection();
  far.resetAndDestroy();
  let closed = 0;
  near.onceClosed(() => (closed += 1));
  // The reset arrives with one of these; none of them is taken for sent after it.
  await untilTrue('it is noticed', () => !near.destroyed && near.finish(Buffer.alloc(16 * 1024 * 1024)) === 0);
  expect(near.destroyed).toBe(false);
  near.socket.on('error', () => undefined);
  near.socket.write('x');
  await untilTrue('its end is told', () => closed === 1);
});
