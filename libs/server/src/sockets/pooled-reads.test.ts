import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

import { expect, test } from 'vitest';

import { poolReads, pooledReads } from './pooled-reads.ts';

/** A connection over the loopback, as the passive ports accept it. */
async function connection(): Promise<{ client: Socket; accepted: Socket; close: () => Promise<void> }> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const client = connect({ port: address.port, host: '127.0.0.1', allowHalfOpen: true });
  const [accepted] = await once(server, 'connection');
  return {
    client,
    accepted,
    close: async () => {
      client.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

test('sockets of this version of Node can be read into buffers of the pool', async () => {
  const { accepted: socket, close } = await connection();
  poolReads(socket);
  expect(pooledReads(socket)).toBeDefined();
  expect([socket.remoteAddress, socket.destroyed]).toEqual(['127.0.0.1', false]);
  socket.destroy();
  await close();
});

test('every byte comes once and in order, whoever pauses, used where it arrives or in a buffer of the pool', async () => {
  const { client, accepted: socket, close } = await connection();
  poolReads(socket);
  const sent = Buffer.alloc(20 * 2 ** 20);
  for (let at = 0; at < sent.length; at += 4) sent.writeUInt32LE(at, at);
  const got: Buffer[] = [];
  const held = new Set<Buffer>();
  let turn = 0;
  let used = 0;
  pooledReads(socket)?.begin({
    use(bytes) {
      turn += 1;
      if (turn % 3 === 0) return false;
      used += bytes.length;
      got.push(Buffer.from(bytes));
      return true;
    },
    take(bytes, buffer) {
      // A buffer that has not been given back must not be filled again.
      if (buffer !== undefined) {
        expect(held.has(buffer)).toBe(false);
        held.add(buffer);
      }
      got.push(bytes);
      if (got.length % 7 !== 0) return true;
      setImmediate(() => socket.resume());
      return false;
    },
  });
  const ended = once(socket, 'end');
  socket.resume();
  client.end(sent);
  await ended;
  expect(Buffer.compare(Buffer.concat(got), sent)).toBe(0);
  expect(used).toBeGreaterThan(0);
  expect(held.size).toBeGreaterThan(0);
  pooledReads(socket)?.end();
  socket.destroy();
  await close();
});

test('what nobody wants is read and dropped, and the end is noticed', async () => {
  const { client, accepted: socket, close } = await connection();
  poolReads(socket);
  const ended = once(socket, 'end');
  socket.resume();
  client.end(Buffer.alloc(2 ** 20));
  await ended;
  expect(socket.bytesRead).toBe(2 ** 20);
  socket.destroy();
  await close();
});

test('a socket from which something has been read stays what it is', async () => {
  const { client, accepted, close } = await connection();
  client.write('early');
  accepted.resume();
  const [chunk] = await once(accepted, 'data');
  accepted.pause();
  accepted.unshift(chunk);
  poolReads(accepted);
  expect(pooledReads(accepted)).toBeUndefined();
  accepted.destroy();
  await close();
});
