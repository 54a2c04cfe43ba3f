// Against Ceph's gateway, which is nobody's of ours.
import { createHash, randomBytes } from 'node:crypto';

import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { type ObjectStore, RADOSGW, startRadosgw } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { MemoryQuotaStore, quota } from '@pure-ftpd/server';
import { untilTrue } from '@pure-ftpd/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { servedBucket } from './testing/served-bucket.ts';

const MIB = 1024 * 1024;
/** Small parts: an upload of a few MiB is one of several. */
const SMALL_PARTS = { partSize: 5 * MIB };

describeWith(RADOSGW, 'files in a bucket', () => {
  let radosgw: ObjectStore;
  beforeAll(async () => {
    radosgw = await startRadosgw();
  });
  afterAll(() => radosgw[Symbol.asyncDispose]());

  test('files come and go whole, in parts, and from the middle', async () => {
    await using ftp = await servedBucket(radosgw, { ...SMALL_PARTS, prefix: 'ftp', home: '/homes/user' });
    const client = await ftp.login();
    for (const size of [0, 1, 5 * MIB, 12 * MIB + 1]) {
      const content = randomBytes(size);
      expect((await client.transmit('STOR file', content)).code).toBe(226);
      expect(await ftp.keys()).toEqual(['ftp/homes/user/file']);
      expect((await client.command('SIZE file')).text).toBe(`213 ${size}`);
      expect((await client.receive('RETR file')).data.equals(content)).toBe(true);
      if (size === 0) continue;
      await client.command(`REST ${size - 1}`);
      expect((await client.receive('RETR file')).data.equals(content.subarray(size - 1))).toBe(true);
      await client.command('OPTS HASH SHA-256');
      expect((await client.command('HASH file')).text).toContain(createHash('sha256').update(content).digest('hex'));
    }
    expect(await ftp.unfinished()).toBe(0);
    expect(ftp.errors).toEqual([]);
  });

  test('what cannot be is refused before anything begins', async () => {
    await using ftp = await servedBucket(radosgw);
    const client = await ftp.login();
    expect((await client.command('FEAT')).text).not.toMatch(/AVBL|UNIX\.mode=/);
    for (const command of ['APPE x', 'SITE CHMOD 600 x', 'AVBL'])
      expect((await client.command(command)).code).toBe(502);
    await client.transmit('STOR x', 'content');
    await client.command('REST 3');
    await client.passive();
    expect((await client.command('STOR x')).text).toContain('550 A file cannot be continued');
    expect((await client.receive('RETR x')).data.toString()).toBe('content');
  });

  test('an upload that breaks leaves nothing, and the old content where there was one', async () => {
    await using ftp = await servedBucket(radosgw, SMALL_PARTS);
    const client = await ftp.login();
    await client.transmit('STOR old', 'old');
    for (const [name, size] of [
      ['new', 100],
      ['large', 12 * MIB],
      ['old', 7 * MIB],
    ] as const) {
      const data = await client.passive();
      // The server resets it.
      data.on('error', () => undefined);
      expect((await client.command(`STOR ${name}`)).code).toBeLessThan(200);
      data.write(randomBytes(size));
      if (size > MIB) await untilTrue('parts are on their way', async () => (await ftp.unfinished()) === 1);
      expect((await client.command('ABOR')).code).toBe(426);
      data.destroy();
      expect((await client.reply()).code).toBe(226);
      await untilTrue('the parts are gone', async () => (await ftp.unfinished()) === 0);
    }
    expect(await ftp.keys()).toEqual(['old']);
    expect((await client.receive('RETR old')).data.toString()).toBe('old');
  });

  test('times are kept with the files, and shown in listings where that is asked for', async () => {
    await using ftp = await servedBucket(radosgw, { exactListings: true });
    const client = await ftp.login();
    await client.transmit('STOR file', 'content');
    expect((await client.command('MFMT 20200102030405 file')).code).toBe(213);
    expect((await client.command('MDTM file')).text).toBe('213 20200102030405');
    expect((await client.receive('MLSD')).data.toString()).toContain('modify=20200102030405;');
    const { Metadata } = await ftp.client.send(new HeadObjectCommand({ Bucket: ftp.bucket, Key: 'file' }));
    expect(Metadata).toEqual({ mtime: '1577934245' });
    expect((await client.receive('RETR file')).data.toString()).toBe('content');
  });

  test('a quota stands around it', async () => {
    const store = new MemoryQuotaStore();
    const around = (fs: Parameters<typeof quota>[0]): ReturnType<typeof quota> =>
      quota(fs, { store, account: 'user', limits: { bytes: 8 * MIB, files: 3 } });
    await using ftp = await servedBucket(radosgw, { ...SMALL_PARTS, around, pageSize: 2 });
    await ftp.put('a/one', 'two');
    const client = await ftp.login();
    expect((await client.transmit('STOR large', randomBytes(9 * MIB))).code).toBe(552);
    expect((await client.transmit('STOR three', 'x')).code).toBe(552);
    expect((await client.command('DELE two')).code).toBe(250);
    expect((await client.transmit('STOR three', randomBytes(6 * MIB))).code).toBe(226);
    expect(await ftp.keys()).toEqual(['a/one', 'three']);
    expect(await ftp.unfinished()).toBe(0);
  });

  test('a store that is down is 450 and one line', async () => {
    await using ftp = await servedBucket(radosgw);
    const client = await ftp.login();
    await client.transmit('STOR file', 'content');
    await radosgw.killGateway();
    for (const command of ['SIZE file', 'CWD sub', 'DELE file', 'MKD new'])
      expect((await client.command(command)).code, command).toBe(450);
    for (const command of ['MLSD', 'STOR new', 'RETR file']) {
      const data = await client.passive();
      data.on('error', () => undefined);
      expect((await client.command(command)).code, command).toBe(450);
      data.destroy();
    }
    expect(ftp.reports).toHaveLength(1);
    expect(ftp.reports[0]).toMatch(/^the bucket \S+ cannot be used: /);
    await radosgw.startGateway();
    expect((await client.command('SIZE file')).code).toBe(213);
    expect(ftp.reports.slice(1)).toEqual([`the bucket ${ftp.bucket} can be used again`]);
    expect(ftp.errors).toEqual([]);
  });

  test('a download goes on where the store has broken off', async () => {
    await using ftp = await servedBucket(radosgw, SMALL_PARTS);
    const client = await ftp.login();
    const content = randomBytes(40 * MIB);
    await client.transmit('STOR large', content);
    const data = await client.passive();
    const pieces: Buffer[] = [];
    data.on('data', (piece: Buffer) => pieces.push(piece));
    data.once('data', () => data.pause());
    expect((await client.command('RETR large')).code).toBeLessThan(200);
    await untilTrue('some has come', () => data.isPaused());
    await radosgw.killGateway();
    await radosgw.startGateway();
    data.resume();
    expect((await client.reply()).code).toBe(226);
    await untilTrue('all has come', () => pieces.reduce((sum, { length }) => sum + length, 0) === content.length);
    expect(Buffer.concat(pieces).equals(content)).toBe(true);
    expect(ftp.errors).toEqual([]);
  });
});
