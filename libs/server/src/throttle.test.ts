import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { isSoak, type RawClient, soak, untilTrue } from '@pure-ftpd/testing';
import { describe, expect, test } from 'vitest';

import type { DTPHandler } from './data/dtp-handler.ts';
import { ThrottledDTPHandler } from './data/throttled-dtp-handler.ts';
import { FTPHandler } from './face/ftp-handler.ts';
import type { DataConnection } from './sockets/data-connection.ts';
import { startTestServer } from './testing/test-server.ts';

/** How long the measured transfers take by their limit, in seconds; the long form is the figure in the README. */
const SECONDS = soak(1.5, 10);

/**
 * How long they may take. Late timers of a busy machine are made up for; a whole stall of it is not, which the short form, beside
 * other tests, does not mind.
 */
const LONGEST = soak(20, 15);

function throttled(limits: { readLimit?: number; writeLimit?: number }): typeof FTPHandler {
  return class extends FTPHandler {
    static override dtpHandler = class extends ThrottledDTPHandler {
      static override readLimit = limits.readLimit ?? 0;
      static override writeLimit = limits.writeLimit ?? 0;
    };
  };
}

async function binary(ftp: { login(): Promise<RawClient> }): Promise<RawClient> {
  const client = await ftp.login();
  await client.command('TYPE I');
  return client;
}

describe('ThrottledDTPHandler', () => {
  test.each([3000, 200_000, 20_000_000])('sends %i bytes in a second, and no faster', async (limit) => {
    await using ftp = await startTestServer(throttled({ writeLimit: limit }));
    const content = randomBytes(limit * SECONDS);
    writeFileSync(path.join(ftp.folder, 'file'), content);
    const client = await binary(ftp);
    const data = await client.passive();
    const arrivals: number[] = [];
    let received = 0;
    data.on('data', (chunk: Buffer) => {
      received += chunk.length;
      arrivals.push(performance.now());
    });
    const closed = once(data, 'close');
    expect((await client.command('RETR file')).code).toBeLessThan(200);
    const start = performance.now();
    expect((await client.reply()).code).toBe(226);
    const seconds = (performance.now() - start) / 1000;
    await closed;
    expect(received).toBe(content.length);
    expect(seconds).toBeGreaterThan(SECONDS * 0.97);
    expect(seconds).toBeLessThan(LONGEST);
    // Smooth: it came in many pieces, over the whole time.
    expect(new Set(arrivals.map((at) => Math.round((at - start) / 100))).size).toBeGreaterThan(SECONDS * 5);
    if (isSoak)
      process.stdout.write(
        `RETR at ${limit} B/s: ${(received / seconds).toFixed(0)} B/s over ${seconds.toFixed(2)} s\n`,
      );
  });

  test.each([3000, 200_000, 20_000_000])('receives %i bytes in a second, and no faster', async (limit) => {
    await using ftp = await startTestServer(throttled({ readLimit: limit }));
    const content = randomBytes(limit * SECONDS);
    const client = await binary(ftp);
    const data = await client.passive();
    expect((await client.command('STOR file')).code).toBeLessThan(200);
    const start = performance.now();
    data.end(content);
    expect((await client.reply()).code).toBe(226);
    const seconds = (performance.now() - start) / 1000;
    expect(readFileSync(path.join(ftp.folder, 'file')).equals(content)).toBe(true);
    expect(seconds).toBeGreaterThan(SECONDS * 0.97);
    expect(seconds).toBeLessThan(LONGEST);
    if (isSoak)
      process.stdout.write(
        `STOR at ${limit} B/s: ${(content.length / seconds).toFixed(0)} B/s over ${seconds.toFixed(2)} s\n`,
      );
  });

  test('limits one direction only, if told so', async () => {
    await using ftp = await startTestServer(throttled({ readLimit: 1000 }));
    const content = randomBytes(5_000_000);
    writeFileSync(path.join(ftp.folder, 'file'), content);
    const client = await binary(ftp);
    expect((await client.receive('RETR file')).data.equals(content)).toBe(true);
  });

  test('slows listings, too', async () => {
    await using ftp = await startTestServer(throttled({ writeLimit: 2000 }));
    for (let count = 0; count < 20; count += 1) writeFileSync(path.join(ftp.folder, `file-${count}`), '');
    const client = await ftp.login();
    const start = performance.now();
    const { data } = await client.receive('LIST');
    expect(data.toString().split('\r\n')).toHaveLength(21);
    expect(performance.now() - start).toBeGreaterThan((data.length / 2000) * 970);
  });

  test('is not taken for stalled, however slow', async () => {
    class Patient extends ThrottledDTPHandler {
      static override timeout = 0.3;
      static override readLimit = 10_000;
    }
    await using ftp = await startTestServer(
      class extends FTPHandler {
        static override dtpHandler = Patient;
      },
    );
    const client = await ftp.login();
    expect((await client.transmit('STOR file', 'x'.repeat(12_000))).code).toBe(226);
  });

  test('an abort is not slow', async () => {
    await using ftp = await startTestServer(throttled({ readLimit: 100, writeLimit: 100 }));
    writeFileSync(path.join(ftp.folder, 'file'), randomBytes(100_000));
    const client = await binary(ftp);
    const down = await client.passive();
    down.on('error', () => undefined);
    down.resume();
    await client.command('RETR file');
    await untilTrue('it has begun', () => down.bytesRead > 0);
    const start = performance.now();
    expect((await client.command('ABOR')).code).toBe(426);
    expect((await client.reply()).code).toBe(226);
    const up = await client.passive();
    up.on('error', () => undefined);
    await client.command('APPE file');
    up.write(randomBytes(60_000));
    await untilTrue('it has begun', () => statSync(path.join(ftp.folder, 'file')).size > 100_000);
    expect((await client.command('ABOR')).code).toBe(426);
    expect((await client.reply()).code).toBe(226);
    // By its limit, what was under way would take minutes.
    expect(performance.now() - start).toBeLessThan(60_000);
  });

  test('an abort waits for nothing that others have taken', async () => {
    await using ftp = await startTestServer(
      class extends FTPHandler {
        override makeDataHandler(connection: DataConnection): DTPHandler {
          const dtp = super.makeDataHandler(connection);
          dtp.limitBy({ send: { take: () => 0, millisecondsUntil: () => 1 } });
          return dtp;
        }
      },
    );
    writeFileSync(path.join(ftp.folder, 'file'), 'content');
    const client = await binary(ftp);
    const down = await client.passive();
    down.on('error', () => undefined);
    expect([125, 150]).toContain((await client.command('RETR file')).code);
    expect((await client.command('ABOR')).code).toBe(426);
    expect((await client.reply()).code).toBe(226);
  });

  test('refuses a limit below zero', async () => {
    await using ftp = await startTestServer(throttled({ writeLimit: -1 }));
    writeFileSync(path.join(ftp.folder, 'file'), '');
    const client = await ftp.login();
    await client.passive();
    client.send('RETR file\r\n');
    await untilTrue('the defect is told', () => ftp.errors.length > 0);
    expect(ftp.errors[0]).toBeInstanceOf(RangeError);
  });
});
