// Downloads of which the next pieces are read while the one before is sent: those of clients who have shown that they are quick.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readlinkSync, truncateSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import path from 'node:path';

import { type RawClient, untilTrue } from '@pure-ftpd/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { SendPace } from './data/send-pace.ts';
import { LocalFile } from './filesystem/local-file.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

const MIB = 1024 * 1024;

/** Where a client stops to read. */
const STOP = 24 * MIB;

const content = randomBytes(64 * MIB);

// Whether a client is quick is a matter of time, which this machine may not have.
beforeEach(() => void vi.spyOn(SendPace.prototype, 'isProven', 'get').mockReturnValue(true));
afterEach(() => vi.restoreAllMocks());

/** What a client has received, as far as it has read. */
class Received {
  readonly #chunks: Buffer[] = [];
  readonly data: Socket;
  bytes = 0;

  constructor(data: Socket) {
    this.data = data;
    data.on('error', () => undefined);
    data.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.bytes += chunk.length;
    });
  }

  /** Reads so much, and then nothing more. */
  async upTo(bytes: number): Promise<void> {
    await untilTrue('so much has come', () => this.bytes >= bytes);
    this.data.pause();
  }

  async rest(): Promise<Buffer> {
    const closed = once(this.data, 'close');
    this.data.resume();
    await closed;
    return Buffer.concat(this.#chunks);
  }
}

/** A download whose client has been quick, and then stopped to read; comes back when the network takes no more. */
async function stopped(ftp: TestServer, client: RawClient, name: string): Promise<Received> {
  await client.command('TYPE I');
  const received = new Received(await client.passive());
  expect((await client.command(`RETR ${name}`)).code).toBeLessThan(200);
  await received.upTo(STOP);
  await untilTrue('the network takes no more', () =>
    [...ftp.server.sessions].some(({ data }) => (data.transfer?.dtp?.socket.writableLength ?? 0) > MIB / 2),
  );
  return received;
}

test('a download of a quick client is what the file is, wherever it begins', async () => {
  using ahead = vi.spyOn(LocalFile.prototype, 'readInPool');
  await using ftp = await startTestServer();
  const client = await ftp.login();
  await client.command('TYPE I');
  for (const [size, offset] of [
    [40 * MIB, 0],
    [40 * MIB + 1, 12_345],
    [64 * MIB - 1, 64 * MIB - 1 - STOP],
  ] as const) {
    ahead.mockClear();
    writeFileSync(path.join(ftp.folder, 'file'), content.subarray(0, size));
    await client.command(`REST ${offset}`);
    const { data, reply } = await client.receive('RETR file');
    expect(reply.code).toBe(226);
    expect(data.equals(content.subarray(offset, size)), `${size} from ${offset}`).toBe(true);
    expect(ahead.mock.calls.length).toBeGreaterThanOrEqual(3);
  }
});

test('one of a file that becomes shorter meanwhile ends there, and is not said to be complete', async () => {
  await using ftp = await startTestServer();
  writeFileSync(path.join(ftp.folder, 'file'), content);
  const client = await ftp.login();
  const received = await stopped(ftp, client, 'file');
  const left = 60 * MIB + 77;
  truncateSync(path.join(ftp.folder, 'file'), left);
  expect((await received.rest()).equals(content.subarray(0, left))).toBe(true);
  expect((await client.reply()).code).toBe(451);
});

test('a client that stops goes on where it was, and those that come meanwhile get their files', async () => {
  await using ftp = await startTestServer();
  writeFileSync(path.join(ftp.folder, 'file'), content);
  const [slow, quick] = [await ftp.login(), await ftp.login()];
  const received = await stopped(ftp, slow, 'file');
  await quick.command('TYPE I');
  expect((await quick.receive('RETR file')).data.equals(content)).toBe(true);
  expect((await received.rest()).equals(content)).toBe(true);
  expect((await slow.reply()).code).toBe(226);
});

test('one that is aborted, or whose client vanishes, leaves nothing open, and the next ones are right', async () => {
  await using ftp = await startTestServer();
  writeFileSync(path.join(ftp.folder, 'file'), content);
  const file = path.join(ftp.folder, 'file');
  const isOpen = (): boolean =>
    readdirSync('/proc/self/fd').some((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`) === file;
      } catch {
        return false; // that which read the list
      }
    });
  const client = await ftp.login();
  for (const end of ['ABOR', 'vanish']) {
    const received = await stopped(ftp, client, 'file');
    const [transfer] = [...ftp.server.sessions].map((session) => session.data.transfer);
    const socket = transfer?.dtp?.socket;
    if (end === 'ABOR') expect((await client.command('ABOR')).code).toBe(426);
    received.data.destroy();
    expect((await client.reply()).code).toBe(end === 'ABOR' ? 226 : 426);
    await untilTrue('the file and the connection are closed', () => socket?.closed === true && !isOpen());
  }
  expect((await client.receive('RETR file')).data.equals(content)).toBe(true);
});

test('one whose file cannot be read any more fails, and is not said to be complete', async () => {
  const lost = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', syscall: 'read' });
  using failing = vi.spyOn(LocalFile.prototype, 'readInPool').mockRejectedValue(lost);
  await using ftp = await startTestServer();
  writeFileSync(path.join(ftp.folder, 'file'), content);
  const client = await ftp.login();
  await client.command('TYPE I');
  const { data, reply } = await client.receive('RETR file');
  expect(failing).toHaveBeenCalled();
  expect(reply.code).toBe(451);
  expect(content.subarray(0, data.length).equals(data)).toBe(true);
  expect((await client.command('NOOP')).code).toBe(200);
});
