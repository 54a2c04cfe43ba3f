// Downloads in clear, which the kernel sends by itself where it can.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, truncateSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { openDescriptors, type RawClient, untilTrue } from '@pure-ftpd/testing';
import { describe, expect, test, vi } from 'vitest';

import { sendListing } from './commands/list.ts';
import { buffers, WAITING_BUFFER } from './sockets/buffer-pool.ts';
import { DTPHandler } from './data/dtp-handler.ts';
import { ThrottledDTPHandler } from './data/throttled-dtp-handler.ts';
import { LocalFile } from './filesystem/local-file.ts';
import { FTPHandler } from './face/ftp-handler.ts';
import type { CommandResult } from './contract/command.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

/** More than the network takes of what nobody reads. */
const LARGE = 32 * 1024 * 1024;

function moving(dtpHandler: typeof DTPHandler): typeof FTPHandler {
  return class extends FTPHandler {
    static override dtpHandler = dtpHandler;
  };
}

/** Has a file sent, of which nobody reads anything yet; comes back when the network takes no more. */
async function unread(ftp: TestServer, client: RawClient, name: string): Promise<Socket> {
  await client.command('TYPE I');
  const data = await client.passive();
  data.on('error', () => undefined);
  expect((await client.command(`RETR ${name}`)).code).toBeLessThan(200);
  await untilTrue('the network takes no more', () =>
    [...ftp.server.sessions].some(({ data }) => (data.transfer?.dtp?.socket.writableLength ?? 0) > 0),
  );
  return data;
}

async function rest(data: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  data.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(data, 'close');
  return Buffer.concat(chunks);
}

describe('a download', () => {
  test('is what the file is, whatever its size and wherever it begins, and is counted right', async () => {
    const sent: number[] = [];
    await using ftp = await startTestServer(
      class extends FTPHandler {
        override onFileSent(): void {
          sent.push(this.bytesSent);
        }
      },
    );
    const client = await ftp.login();
    let total = 0;
    for (const size of [0, 1, 65_536, 65_537, 200_000, 1_048_576, 1_048_577]) {
      const content = randomBytes(size);
      writeFileSync(path.join(ftp.folder, 'file'), content);
      for (const offset of [0, 1, Math.floor(size / 2), Math.max(0, size - 65_536), size]) {
        if (offset > size) continue;
        await client.command('TYPE I');
        await client.command(`REST ${offset}`);
        const { data, reply } = await client.receive('RETR file');
        expect(reply.code).toBe(226);
        expect(data.equals(content.subarray(offset)), `${size} from ${offset}`).toBe(true);
        total += size - offset;
        expect(sent.at(-1)).toBe(total);
      }
    }
    writeFileSync(path.join(ftp.folder, 'text'), 'line\n'.repeat(20_000));
    await client.command('TYPE A');
    expect((await client.receive('RETR text')).data.toString()).toBe('line\r\n'.repeat(20_000));
    expect(sent.at(-1)).toBe(total + 120_000);
  });

  test('moves as many bytes as its pace allows, though the network takes other pieces, and a slow client gets every one', async () => {
    const paced: number[] = [];
    const handlers: DTPHandler[] = [];
    class Uneven extends DTPHandler {
      override pace(direction: 'send' | 'receive', bytes: number): number | Promise<number> {
        if (direction === 'send' && !handlers.includes(this)) handlers.push(this);
        const count = Math.min(bytes, 1 + ((paced.length * 7919) % 300_000));
        paced.push(count);
        return paced.length % 3 === 0 ? Promise.resolve(count) : count;
      }
    }
    await using ftp = await startTestServer(moving(Uneven));
    const content = randomBytes(LARGE);
    writeFileSync(path.join(ftp.folder, 'file'), content);
    const client = await ftp.login();
    const data = await unread(ftp, client, 'file');
    expect(handlers[0]?.transmittedBytes).toBeLessThanOrEqual(paced.reduce((sum, count) => sum + count, 0));
    expect((await rest(data)).equals(content)).toBe(true);
    expect((await client.reply()).code).toBe(226);
    expect(paced.reduce((sum, count) => sum + count, 0)).toBe(LARGE);
    expect(handlers[0]?.transmittedBytes).toBe(LARGE);
  });

  test('that is throttled is what the file is', async () => {
    class Slow extends ThrottledDTPHandler {
      static override writeLimit = 1_000_000;
    }
    await using ftp = await startTestServer(moving(Slow));
    const content = randomBytes(300_001);
    writeFileSync(path.join(ftp.folder, 'file'), content);
    const client = await ftp.login();
    await client.command('TYPE I');
    const start = performance.now();
    expect((await client.receive('RETR file')).data.equals(content)).toBe(true);
    expect(performance.now() - start).toBeGreaterThan(290);
  });

  test('is the file as long as it was when it began, though it grows meanwhile', async () => {
    await using ftp = await startTestServer();
    const content = randomBytes(LARGE);
    writeFileSync(path.join(ftp.folder, 'file'), content);
    const client = await ftp.login();
    const data = await unread(ftp, client, 'file');
    appendFileSync(path.join(ftp.folder, 'file'), 'more');
    expect((await rest(data)).equals(content)).toBe(true);
    expect((await client.reply()).code).toBe(226);
  });

  test('of a file that becomes shorter meanwhile ends there, and is not said to be complete', async () => {
    await using ftp = await startTestServer();
    const content = randomBytes(LARGE);
    writeFileSync(path.join(ftp.folder, 'file'), content);
    const client = await ftp.login();
    const data = await unread(ftp, client, 'file');
    const left = LARGE - 1_000_001;
    truncateSync(path.join(ftp.folder, 'file'), left);
    expect((await rest(data)).equals(content.subarray(0, left))).toBe(true);
    expect((await client.reply()).code).toBe(451);
    expect((await client.receive('RETR file')).data).toHaveLength(left);
  });

  test('that the client does not read ends with ABOR, which leaves nothing open', async () => {
    await using ftp = await startTestServer();
    writeFileSync(path.join(ftp.folder, 'large'), '');
    truncateSync(path.join(ftp.folder, 'large'), LARGE);
    writeFileSync(path.join(ftp.folder, 'small'), 'content');
    const client = await ftp.login();
    await client.receive('RETR small');
    const before = openDescriptors();
    const data = await unread(ftp, client, 'large');
    expect((await client.command('ABOR')).code).toBe(426);
    expect((await client.reply()).code).toBe(226);
    data.destroy();
    await untilTrue('the file and the connection are closed', () => openDescriptors() <= before);
    expect((await client.receive('RETR small')).data.toString()).toBe('content');
  });

  test('that goes on only in the kernel is not taken for stalled', async () => {
    class Steady extends DTPHandler {
      static override timeout = 0.9;
      override pace(_direction: 'send' | 'receive', bytes: number): Promise<number> {
        return sleep(20, Math.min(bytes, 20_000));
      }
    }
    await using ftp = await startTestServer(moving(Steady));
    const content = randomBytes(1_400_000);
    writeFileSync(path.join(ftp.folder, 'file'), content);
    const client = await ftp.login();
    await client.command('TYPE I');
    const { data, reply } = await client.receive('RETR file');
    expect(reply.code).toBe(226);
    expect(data.equals(content)).toBe(true);
  });

  test('that the client takes nothing of any more is given up', async () => {
    class Impatient extends DTPHandler {
      static override timeout = 0.3;
    }
    await using ftp = await startTestServer(moving(Impatient));
    writeFileSync(path.join(ftp.folder, 'large'), '');
    truncateSync(path.join(ftp.folder, 'large'), LARGE);
    const client = await ftp.login();
    const data = await unread(ftp, client, 'large');
    expect((await client.reply()).code).toBe(426);
    data.destroy();
    expect((await client.command('NOOP')).code).toBe(200);
  });

  test('leaves no connection to a client who does not end its side and goes on to send', async () => {
    await using ftp = await startTestServer();
    writeFileSync(path.join(ftp.folder, 'file'), randomBytes(200_000));
    const client = await ftp.login();
    await client.command('TYPE I');
    const data = await client.passive();
    data.allowHalfOpen = true;
    data.on('error', () => undefined);
    data.resume();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const ended = once(data, 'end');
      expect((await client.command('RETR file')).code).toBeLessThan(200);
      expect((await client.reply()).code).toBe(226);
      await ended;
      data.write('more');
      vi.advanceTimersByTime(10_000);
      const isGone = (): boolean => {
        if (!data.destroyed) data.write('more');
        return data.destroyed;
      };
      await untilTrue('the connection is gone', isGone);
    } finally {
      vi.useRealTimers();
      data.destroy();
    }
  });

  test('that the kernel cannot send is read in pieces as large as ever', async () => {
    using none = vi.spyOn(LocalFile.prototype, 'sendTo').mockReturnValue(0);
    using take = vi.spyOn(buffers, 'take');
    await using ftp = await startTestServer();
    const content = randomBytes(1_000_000);
    writeFileSync(path.join(ftp.folder, 'file'), content);
    const client = await ftp.login();
    await client.command('TYPE I');
    expect((await client.receive('RETR file')).data.equals(content)).toBe(true);
    expect(none).toHaveBeenCalledOnce();
    expect(take).not.toHaveBeenCalledWith(WAITING_BUFFER);
  });
});

describe('a data connection that was not needed as a stream', () => {
  test('is not said to have been served when it was aborted before anything was sent', async () => {
    const { promise: nothing, resolve: end } = Promise.withResolvers<void>();
    class Waiting extends FTPHandler {
      // eslint-disable-next-line require-yield -- an empty list
      async *#lines(): AsyncGenerator<string[]> {
        await nothing;
      }

      override async ftp_NLST(): Promise<CommandResult> {
        return sendListing(this, this.#lines(), () => ({ options: '', entries: 0, truncated: false }));
      }
    }
    await using ftp = await startTestServer(Waiting);
    const client = await ftp.login();
    const data = await client.passive();
    const all = rest(data);
    expect((await client.command('NLST')).code).toBeLessThan(200);
    client.send('ABOR\r\n');
    await all;
    end();
    expect((await client.reply()).code).toBe(426);
    expect((await client.reply()).code).toBe(226);
  });

  test('is closed with its session, and does not keep the server', async () => {
    await using ftp = await startTestServer();
    const client = await ftp.login();
    const other = await ftp.login();
    const data = [await client.passive(), await other.passive()];
    const ends = data.map((socket) => rest(socket));
    expect((await client.command('QUIT')).code).toBe(221);
    await ends[0];
    void ftp.server.close();
    await ftp.server.serveForever();
    await ends[1];
  });

  test('is closed when nothing can be made to serve it', async () => {
    await using ftp = await startTestServer(
      class extends FTPHandler {
        override makeDataHandler(): DTPHandler {
          throw new Error('a defect');
        }
      },
    );
    const client = await ftp.login();
    const all = rest(await client.passive());
    client.send('NLST\r\n');
    await all;
    expect((await client.reply()).code).toBeLessThan(200);
    expect((await client.reply()).code).toBe(451);
  });
});
