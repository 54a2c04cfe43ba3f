// Who has the credentials of a bucket, and what a worker can do that somebody has taken over.
import { readFileSync } from 'node:fs';

import { type ObjectStore, RADOSGW, startRadosgw } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { untilTrue } from '@pure-ftpd/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { PASSWORD } from './testing/running-daemon.ts';
import { childrenOf } from './testing/separated-server.ts';
import { storedHomes } from './testing/stored-homes.ts';

const HOSTILE = new URL('testing/hostile-program.ts', import.meta.url).pathname;

describeWith(['root', ...RADOSGW], 'homes in a bucket, with separated rights', () => {
  let radosgw: ObjectStore;
  beforeAll(async () => {
    radosgw = await startRadosgw();
  });
  afterAll(() => radosgw[Symbol.asyncDispose]());

  test('a worker that was taken over has its home, and nothing of others', async () => {
    await using homes = await storedHomes(radosgw, { separated: true, source: HOSTILE });
    const { server } = homes;
    for (const key of ['ftp/alice/own', 'ftp/bob/secret', 'outside']) await homes.put(key, 'content');
    const own = '{"key":"ftp/alice/own"}';
    for (const [request, asked] of [
      ['head', '{"key":"ftp/bob/secret"}'],
      ['read', '{"key":"ftp/alice/../bob/secret","position":0}'],
      ['list', '{"prefix":""}'],
      ['copy', '{"from":"ftp/bob/secret","to":"ftp/alice/x","source":{}}'],
      ['remove', '{"key":"ftp/bob/secret"}'],
    ]) {
      const client = await server.session('alice');
      expect((await client.command(`ask head ${own}`)).text).toContain('"ContentLength":7');
      expect((await client.command(`ask ${request} ${asked}`)).text).toBe('200 closed');
      expect((await client.command(`ask head ${own}`)).text).toBe('200 closed');
      client.close();
    }
    await server.logged(/session [0-9a-f]{16} has asked for what is not in its home, and loses it/);
    expect(await homes.keys()).toEqual(['ftp/alice/own', 'ftp/bob/secret', 'outside']);
    // Others have what they had.
    const other = await server.session('bob');
    expect((await other.command('ask head {"key":"ftp/bob/secret"}')).text).toContain('"ContentLength":7');
  });

  test('one process has the credentials, and no rights; sessions end when it is killed, and it is there again', async () => {
    await using homes = await storedHomes(radosgw, { separated: true });
    const { server } = homes;
    const client = await server.session('alice');
    expect((await client.transmit('STOR file', 'content')).code).toBe(226);
    const children = childrenOf(server.serverPid);
    const environments = children.map(({ pid, name }) => ({
      name,
      hasKeys: readFileSync(`/proc/${pid}/environ`, 'latin1').includes('AWS_SECRET'),
    }));
    expect(environments.filter(({ hasKeys }) => hasKeys)).toEqual([
      { name: expect.stringContaining('STORAGE'), hasKeys: true },
    ]);
    const storage = children.find(({ name }) => name.includes('STORAGE'));
    if (storage === undefined) throw new Error('there is no such process');
    expect(storage.uids.every((uid) => uid > 0)).toBe(true);
    for (const field of ['CapEff', 'CapPrm']) expect(storage.fields.get(field)).toMatch(/^0+$/);
    process.kill(storage.pid, 'SIGKILL');
    await client.end();
    await server.logged(/process of --storage \/nowhere\/s3 has ended unasked/);
    await untilTrue('it is there again', async () => {
      const again = await server.client();
      await again.command('USER alice');
      const reply = await again.command(`PASS ${PASSWORD}`);
      const size = reply.code === 230 ? (await again.command('SIZE file')).text : '';
      again.close();
      return size === '213 7';
    });
  });
});
