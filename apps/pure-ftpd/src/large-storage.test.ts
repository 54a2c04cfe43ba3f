// Large files and large directories in a bucket: what comes back is what went, and memory is bounded.
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

import { type ObjectStore, RADOSGW, startRadosgw } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { soak } from '@pure-ftpd/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { isRoot, type RunningDaemon } from './testing/running-daemon.ts';
import { childrenOf } from './testing/separated-server.ts';
import { type StoredHomes, storedHomes } from './testing/stored-homes.ts';

const MIB = 1024 * 1024;
const MODES = isRoot ? [false, true] : [false];
/** Of any process, in mebibytes, where a file or a directory is many times as large. */
const MOST_MEMORY = soak(400, 400);
const TIMEOUT = soak(60_000, 900_000);

/** The most that any process of a server has had in memory, in mebibytes. */
function peakOf(server: RunningDaemon): number {
  const pids = [server.serverPid, ...childrenOf(server.serverPid).map(({ pid }) => pid)];
  const peaks = pids.map((pid) => Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]));
  return Math.round(Math.max(...peaks) / 1024);
}

/** Blocks of a file, which are all different. */
function* blocksOf(size: number): Generator<Buffer> {
  const block = randomBytes(MIB);
  for (let at = 0; at < size; at += block.length) {
    block.writeUInt32BE(at / MIB, 0);
    yield Buffer.from(block.subarray(0, size - at));
  }
}

function told(what: string, bytes: number, since: number): void {
  const seconds = (performance.now() - since) / 1000;
  process.stdout.write(`${what}: ${(bytes / MIB / seconds).toFixed(1)} MiB/s\n`);
}

describeWith(RADOSGW, 'what is large in a bucket', () => {
  let radosgw: ObjectStore;
  beforeAll(async () => {
    radosgw = await startRadosgw();
  });
  afterAll(() => radosgw[Symbol.asyncDispose]());

  test.each(MODES)(
    'a file goes up whole, and down from its middle (separated rights: %s)',
    async (separated) => {
      const size = soak(24 * MIB, 1024 * MIB);
      await using homes = await storedHomes(radosgw, { separated });
      const client = await homes.server.session('alice');
      await client.command('TYPE I');
      const [sent, received] = [createHash('sha256'), createHash('sha256')];
      const up = await client.passive();
      client.send('STOR large\r\n');
      expect((await client.reply()).code).toBe(150);
      let since = performance.now();
      let at = 0;
      for (const block of blocksOf(size)) {
        if (at >= size / 2) sent.update(block);
        at += block.length;
        if (!up.write(block)) await once(up, 'drain');
      }
      up.end();
      expect((await client.reply()).code).toBe(226);
      told(`up, separated ${separated}`, size, since);
      expect((await client.command('SIZE large')).text).toBe(`213 ${size}`);
      await client.command(`REST ${size / 2}`);
      const down = await client.passive();
      since = performance.now();
      down.on('data', (chunk: Buffer) => received.update(chunk));
      const ended = once(down, 'end');
      client.send('RETR large\r\n');
      expect((await client.reply()).code).toBe(150);
      await ended;
      expect((await client.reply()).code).toBe(226);
      told(`down, separated ${separated}`, size / 2, since);
      expect(received.digest('hex')).toBe(sent.digest('hex'));
      const peak = peakOf(homes.server);
      process.stdout.write(`most memory, separated ${separated}: ${peak} MiB\n`);
      expect(peak).toBeLessThan(MOST_MEMORY);
      await aloneBeside(homes, size);
    },
    TIMEOUT,
  );

  test(
    'a directory is listed a page at a time',
    async () => {
      const count = soak(1200, 100_000);
      await using homes = await storedHomes(radosgw, { separated: isRoot, words: ['-L', '200000:5'] });
      const width = 64;
      for (let at = 0; at < count; at += width) {
        const names = Array.from({ length: Math.min(width, count - at) }, (_, index) => `ftp/alice/many/${at + index}`);
        await Promise.all(names.map((name) => homes.put(name, '')));
      }
      const client = await homes.server.session('alice');
      const since = performance.now();
      const { data, reply } = await client.receive('MLSD many');
      expect(reply.code).toBe(226);
      process.stdout.write(`${count} names: ${Math.round(performance.now() - since)} ms\n`);
      // The directory itself and the one above it, too.
      expect(data.toString().trim().split('\r\n')).toHaveLength(count + 2);
      const peak = peakOf(homes.server);
      process.stdout.write(`most memory, a listing of ${count}: ${peak} MiB\n`);
      expect(peak).toBeLessThan(MOST_MEMORY);
    },
    TIMEOUT,
  );
});

/** The client of S3 alone, in the same run: figures of the long form. */
async function aloneBeside({ alone }: StoredHomes, size: number): Promise<void> {
  let since = performance.now();
  const upload = await alone.createUpload('/alone', { mode: 0o644, atomic: true });
  let at = 0;
  for (const block of blocksOf(size)) {
    await upload.file.write([block], at);
    at += block.length;
  }
  await upload.commit();
  told('the client of S3 alone, up', size, since);
  since = performance.now();
  const file = await alone.open('/alone');
  const buffer = Buffer.alloc(MIB);
  for (at = 0; at < size;) at += await file.read(buffer, at);
  await file.close();
  told('the client of S3 alone, down', size, since);
}
