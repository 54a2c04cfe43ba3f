// Homes in a bucket of Ceph's gateway, of a server that is one process and of one that separates rights.
import { randomBytes } from 'node:crypto';

import { type ObjectStore, RADOSGW, startRadosgw } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { untilTrue } from '@pure-ftpd/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { isRoot } from './testing/running-daemon.ts';
import { MOUNT, storedHomes } from './testing/stored-homes.ts';

const MIB = 1024 * 1024;
const MODES = isRoot ? [false, true] : [false];

describeWith(RADOSGW, '--storage: homes in a bucket', () => {
  let radosgw: ObjectStore;
  beforeAll(async () => {
    radosgw = await startRadosgw();
  });
  afterAll(() => radosgw[Symbol.asyncDispose]());

  describe.each(MODES)('with separated rights: %s', (separated) => {
    test("are their user's whole world, and files in them come and go", async () => {
      await using homes = await storedHomes(radosgw, { separated, parameters: '&part-size=5' });
      const { server } = homes;
      await homes.put('ftp/other/secret', 'secret');
      const content = randomBytes(6 * MIB + 1);
      for (const user of ['alice', 'bob']) {
        const client = await server.session(user);
        expect((await client.command('PWD')).text).toContain('"/"');
        await client.command('TYPE I');
        expect((await client.transmit('STOR file', content)).code).toBe(226);
        expect((await client.command('SIZE file')).text).toBe(`213 ${content.length}`);
        await client.command(`REST ${content.length - 1}`);
        expect((await client.receive('RETR file')).data.equals(content.subarray(-1))).toBe(true);
        expect((await client.receive('RETR file')).data.equals(content)).toBe(true);
        for (const outside of ['../other/secret', '/../other/secret', '/ftp/other/secret', '//other/secret'])
          expect((await client.command(`SIZE ${outside}`)).code).toBe(550);
        expect((await client.command('MKD sub')).code).toBe(257);
        expect((await client.command('RNFR file')).code).toBe(350);
        expect((await client.command('RNTO sub/renamed')).code).toBe(250);
        expect((await client.receive('NLST -la')).data.toString()).toContain('sub');
        expect((await client.command('RMD sub')).code).toBe(550);
        expect((await client.command('RNFR sub')).code).toBe(350);
        expect((await client.command('RNTO tree')).code).toBe(250);
        expect((await client.command('DELE tree/renamed')).code).toBe(250);
        expect((await client.command('MDTM tree/renamed')).code).toBe(550);
        client.close();
      }
      expect(await homes.keys()).toEqual(['ftp/alice/tree/', 'ftp/bob/tree/', 'ftp/other/secret']);
      expect(await homes.unfinished()).toBe(0);
      expect(server.log).toContain(`${MOUNT}/alice//file`);
    });

    test('a quota is counted, and holds for all sessions of a home', async () => {
      const users = { alice: `${MOUNT}/alice/./::::::4:20000`, bob: `${MOUNT}/bob` };
      await using homes = await storedHomes(radosgw, { separated, users });
      await homes.put('ftp/alice/there', Buffer.alloc(5000));
      const [one, two] = [await homes.server.session('alice'), await homes.server.session('alice')];
      expect((await one.transmit('STOR a', Buffer.alloc(10_000))).code).toBe(226);
      expect((await two.transmit('STOR b', Buffer.alloc(10_000))).code).toBe(552);
      expect((await two.transmit('STOR b', Buffer.alloc(1000))).code).toBe(226);
      expect((await one.command('MKD c')).code).toBe(257);
      expect((await two.command('MKD d')).code).toBe(552);
      expect((await one.command('DELE a')).code).toBe(250);
      expect((await two.transmit('STOR b', Buffer.alloc(10_000))).code).toBe(226);
      expect(await homes.keys()).toEqual(['ftp/alice/b', 'ftp/alice/c/', 'ftp/alice/there']);
    });

    test('two servers have one bucket', async () => {
      await using homes = await storedHomes(radosgw, { separated });
      const other = await homes.again(['-g', `${homes.place.folder}/other.pid`]);
      const [here, there] = [await homes.server.session('alice'), await other.session('alice')];
      expect((await here.transmit('STOR file', 'content')).code).toBe(226);
      expect((await there.receive('RETR file')).data.toString()).toBe('content');
      expect((await there.command('RNFR file')).code).toBe(350);
      expect((await there.command('RNTO renamed')).code).toBe(250);
      expect((await here.receive('NLST')).data.toString()).toContain('renamed\r\n');
    });

    test('a store that is down is 450, and a line of the log; uploads that break leave nothing', async () => {
      await using homes = await storedHomes(radosgw, { separated, parameters: '&part-size=5' });
      const client = await homes.server.session('alice');
      await client.command('TYPE I');
      await client.transmit('STOR old', 'old');
      const data = await client.passive();
      client.send('STOR old\r\n');
      expect((await client.reply()).code).toBe(150);
      data.write(randomBytes(6 * MIB));
      await untilTrue('it is stored in parts', async () => (await homes.unfinished()) === 1);
      data.resetAndDestroy();
      expect((await client.reply()).code).toBe(426);
      await untilTrue('nothing is left', async () => (await homes.unfinished()) === 0);
      expect((await client.receive('RETR old')).data.toString()).toBe('old');
      await radosgw.killGateway();
      try {
        expect((await client.command('SIZE old')).code).toBe(450);
        expect((await client.command('MKD new')).code).toBe(450);
        await homes.server.logged(/WARNING.*--storage \/nowhere\/s3: the bucket \S+ cannot be used/);
      } finally {
        await radosgw.startGateway();
      }
      await untilTrue('it is there again', async () => (await client.command('SIZE old')).code === 213);
      await homes.server.logged(/can be used again/);
    });
  });
});
