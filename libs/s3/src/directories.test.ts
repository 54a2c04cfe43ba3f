// Against Ceph's gateway, which is nobody's of ours.
import { randomBytes } from 'node:crypto';

import { type ObjectStore, RADOSGW, startRadosgw } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { soak } from '@pure-ftpd/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { servedBucket } from './testing/served-bucket.ts';

const MIB = 1024 * 1024;

/** A name as it is on the wire. */
function wire(name: string): string {
  return Buffer.from(name).toString('latin1');
}

describeWith(RADOSGW, 'directories of a bucket', () => {
  let radosgw: ObjectStore;
  beforeAll(async () => {
    radosgw = await startRadosgw();
  });
  afterAll(() => radosgw[Symbol.asyncDispose]());

  test('directories are there until they are removed', async () => {
    await using ftp = await servedBucket(radosgw);
    const client = await ftp.login();
    expect((await client.command('MKD made')).code).toBe(257);
    expect((await client.command('MKD made')).code).toBe(550);
    expect((await client.command('MKD absent/below')).code).toBe(550);
    await client.passive();
    expect((await client.command('STOR absent/file')).code).toBe(550);
    await ftp.put('foreign/deep/file');
    for (const path of ['made', 'foreign', 'foreign/deep'])
      expect((await client.command(`CWD /${path}`)).code).toBe(250);
    await client.command('CWD /');
    expect((await client.command('CWD foreign/deep/file')).code).toBe(550);
    expect((await client.command('RMD foreign')).code).toBe(550);
    await client.passive();
    expect((await client.command('STOR made')).code).toBe(550);
    expect((await client.command('DELE made')).code).toBe(550);
    // Its last file goes, and it stays.
    expect((await client.command('DELE foreign/deep/file')).code).toBe(250);
    expect((await client.command('RMD foreign/deep')).code).toBe(250);
    expect((await client.command('RMD foreign')).code).toBe(250);
    expect((await client.command('RMD foreign')).code).toBe(550);
    expect(await ftp.keys()).toEqual(['made/']);
    expect((await client.receive('MLSD')).data.toString()).toMatch(/^type=dir;.* made\r\n$/);
  });

  test('a rename copies files, in parts where they are large, and trees', async () => {
    await using ftp = await servedBucket(radosgw, { copyPartSize: 16 * MIB, pageSize: 3 });
    const client = await ftp.login();
    const rename = async (from: string, to: string): Promise<number> => {
      await client.command(`RNFR ${from}`);
      return (await client.command(`RNTO ${to}`)).code;
    };
    const large = randomBytes(33 * MIB);
    await client.transmit('STOR large', large);
    await client.command('MFMT 20200102030405 large');
    expect(await rename('large', 'moved')).toBe(250);
    expect((await client.receive('RETR moved')).data.equals(large)).toBe(true);
    expect((await client.command('MDTM moved')).text).toBe('213 20200102030405');
    const names = Array.from({ length: 10 }, (_, index) => `tree/d${index % 3}/f${index}`);
    await ftp.put('tree/', ...names);
    expect(await rename('tree', 'tree/inside')).toBe(550);
    expect(await rename('tree', 'moved')).toBe(550);
    expect(await rename('moved', 'tree')).toBe(550);
    expect(await rename('tree', 'absent/tree')).toBe(550);
    expect(await rename('tree', 'other')).toBe(250);
    const expected = ['moved', 'other/', ...names.map((name) => name.replace('tree', 'other'))];
    expect((await ftp.keys()).toSorted()).toEqual(expected.toSorted());
    expect((await client.receive('RETR other/d0/f0')).data.toString()).toBe('tree/d0/f0');
    expect(await ftp.unfinished()).toBe(0);
  });

  test('a large directory is listed a page at a time', async () => {
    await using ftp = await servedBucket(radosgw, { pageSize: 100 });
    const names = Array.from({ length: soak(450, 100_000) }, (_, index) => `file${String(index).padStart(6, '0')}`);
    await ftp.put(...names);
    const client = await ftp.login();
    const lines = async (command: string): Promise<string[]> =>
      (await client.receive(command)).data.toString().split('\r\n').slice(0, -1);
    expect(await lines('NLST')).toEqual(names);
    expect((await lines('MLSD')).map((line) => line.slice(line.indexOf(' ') + 1))).toEqual(names);
    expect((await lines('LIST')).map((line) => line.split(' ').at(-1))).toEqual(names);
    expect(await lines('LIST -1r')).toEqual(names.toReversed());
    expect((await client.receive('LIST -a')).data.toString()).toMatch(/ \.\r\n.* \.\.\r\n/);
    // Who leaves in the middle ends it.
    const data = await client.passive();
    expect((await client.command('MLSD')).code).toBeLessThan(200);
    data.destroy();
    expect((await client.reply()).code).toBeGreaterThan(200);
    expect(ftp.errors).toEqual([]);
  });

  test('names of any bytes are keys, and what is no name of a file is not shown', async () => {
    await using ftp = await servedBucket(radosgw, { home: '/home' });
    await ftp.put('outside', 'home/a//b', 'home/../c', 'home/./d', 'home/name with + and %41');
    const client = await ftp.login();
    const texts = ['Ünïcode 名', '\u201b\u201b', 'a+b &<>"\'?#%2F', '\\back\\slash', 'x'.repeat(900), '\ufffe'];
    const names = [...texts.map(wire), 'no \xff\xfe text'];
    for (const name of names) {
      expect((await client.transmit(`STOR ${name}`, name)).code, name).toBe(226);
      expect((await client.receive(`RETR ${name}`)).data.toString('latin1')).toBe(name);
    }
    const listed = (await client.receive('NLST')).data.toString('latin1').split('\r\n').slice(0, -1);
    expect(listed.toSorted()).toEqual([...names, 'a', 'name with + and %41'].toSorted());
    expect(await ftp.keys()).toContain('home/no \u201bFF\u201bFE text');
    for (const path of ['../outside', '/../../outside', '..', 'a/../../outside', '//..//outside'])
      expect((await client.command(`SIZE ${path}`)).code, path).toBe(550);
    for (const name of names) {
      const renamed = `renamed ${name.slice(0, 800)}`;
      await client.command(`RNFR ${name}`);
      expect((await client.command(`RNTO ${renamed}`)).code, name).toBe(250);
      expect((await client.receive(`RETR ${renamed}`)).data.toString('latin1')).toBe(name);
      expect((await client.command(`DELE ${renamed}`)).code).toBe(250);
    }
  });
});
