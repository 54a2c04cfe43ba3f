import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { isSendfileAvailable, trySendfile } from './sendfile.ts';

const { EAGAIN, EBADF } = constants.errno;
const CONTENT = Buffer.from(Array.from({ length: 100_000 }, (_, at) => at % 251));

function descriptorOf(socket: Socket): number {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (typeof handle !== 'object' || handle === null || !('fd' in handle)) throw new Error('no descriptor');
  return Number(handle.fd);
}

/** Both ends of a connection over the loopback. */
async function connection(use: (near: Socket, far: Socket) => Promise<void>): Promise<void> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const far = connect({
    port: address !== null && typeof address === 'object' ? address.port : 0,
    host: '127.0.0.1',
  });
  const accepted: Socket[] = [];
  server.on('connection', (socket) => accepted.push(socket));
  await once(server, 'connection');
  const [near] = accepted;
  if (near === undefined) throw new Error('nobody has connected');
  try {
    await use(near, far);
  } finally {
    near.destroy();
    far.destroy();
    server.close();
    await once(server, 'close');
  }
}

describe.skipIf(!isSendfileAvailable())('sendfile', () => {
  let folder = '';
  let file = -1;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sendfile-'));
    writeFileSync(join(folder, 'file'), CONTENT);
    file = openSync(join(folder, 'file'), 'r');
  });
  afterAll(() => {
    closeSync(file);
    rmSync(folder, { recursive: true });
  });

  test('sends a part of a file, wherever it begins, and nothing behind its end', async () => {
    await connection(async (near, far) => {
      const socket = descriptorOf(near);
      expect(trySendfile(socket, file, 7, 1000)).toBe(1000);
      expect(trySendfile(socket, file, CONTENT.length - 5, 1000)).toBe(5);
      expect(trySendfile(socket, file, CONTENT.length, 1000)).toBe(0);
      near.end();
      const received: Buffer[] = [];
      for await (const chunk of far) received.push(Buffer.from(chunk));
      expect(Buffer.concat(received)).toEqual(Buffer.concat([CONTENT.subarray(7, 1007), CONTENT.subarray(-5)]));
    });
  });

  test('takes no more than there is room for, and says what is wrong', async () => {
    await connection((near, far) => {
      far.pause();
      const socket = descriptorOf(near);
      let last = 1;
      while (last > 0) last = trySendfile(socket, file, 0, CONTENT.length);
      expect(last).toBe(-EAGAIN);
      expect(trySendfile(-1, file, 0, 1)).toBe(-EBADF);
      return Promise.resolve();
    });
  });
});
