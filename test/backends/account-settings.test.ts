// What a row of a database says of an account besides who it is, in a session.
import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { ACCOUNT_ID, AccountDatabase, LIMIT_QUERIES } from '@pure-ftpd/account-servers';
import { type RunningServer, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { RawClient } from '@pure-ftpd/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startOurs } from './account-server.ts';

const CONTENT = Buffer.alloc(30_000);

describeWith(['root', 'mariadbd', 'postgres'], 'accounts of a database', () => {
  describe.each(['mysql', 'pgsql'] as const)('%s', (method) => {
    let folder: TempFolder;
    let database: AccountDatabase;
    let server: RunningServer;

    beforeAll(async () => {
      folder = tempFolder();
      chmodSync(folder.path, 0o755);
      const account = (login: string, limits = {}, uid = ACCOUNT_ID) => ({
        login,
        password: 'pw',
        uid,
        home: `${folder.file(login)}/./`,
        limits,
      });
      database = await AccountDatabase.start(method, [
        account('plain'),
        account('new', {}, 54_322),
        account('counted', { QTAFS: 2, QTASZ: 1 }),
        account('fair', { RatioUL: 1, RatioDL: 3 }),
        account('slow', { BandwidthUL: 20, BandwidthDL: 30 }),
        account('free', { QTAFS: 0, QTASZ: -1, RatioUL: 0, RatioDL: 0, BandwidthUL: 0, BandwidthDL: -1 }),
      ]);
      for (const login of ['plain', 'counted', 'fair', 'slow', 'free']) {
        mkdirSync(folder.file(login));
        chmodSync(folder.file(login), 0o777);
        writeFileSync(path.join(folder.file(login), 'file'), CONTENT);
      }
      server = await startOurs('-l', `${method}:${database.file(folder, 'sql.conf', LIMIT_QUERIES)}`, '-j');
    });
    afterAll(async () => {
      await server.stop();
      await database[Symbol.asyncDispose]();
      folder.remove();
    });

    /** A session, and what it was told at the login. */
    async function session(login: string): Promise<{ readonly client: RawClient; readonly told: string }> {
      const client = await RawClient.connect(server.port);
      await client.reply();
      await client.command(`USER ${login}`);
      const { code, text } = await client.command('PASS pw');
      expect([login, code]).toEqual([login, 230]);
      await client.command('TYPE I');
      return { client, told: text };
    }

    test('a home that is not there is made with -j, for whose it is', async () => {
      expect(existsSync(folder.file('new'))).toBe(false);
      const { client } = await session('new');
      const { uid, gid } = statSync(folder.file('new'));
      expect({ uid, gid }).toEqual({ uid: 54_322, gid: ACCOUNT_ID });
      expect((await client.transmit('STOR first', 'x')).code).toBe(226);
      expect(statSync(path.join(folder.file('new'), 'first')).uid).toBe(54_322);
      client.close();
    });

    test('a quota is told of and holds, files and megabytes', async () => {
      const { client, told } = await session('counted');
      expect(told).toMatch(/of 2\b[^]*of 1024\b|2 files[^]*1024/);
      expect((await client.transmit('STOR a', 'x')).code).toBe(226);
      expect((await client.transmit('STOR b', Buffer.alloc(1_048_576 + 1))).code).toBe(552);
      expect((await client.command('MKD d')).code).toBe(257);
      expect((await client.transmit('STOR c', 'x')).code).toBe(552);
      client.close();
    });

    test('a ratio holds', async () => {
      const { client, told } = await session('fair');
      expect(told).toContain('Allowed ratio in bytes: 3 downloaded for 1 uploaded.');
      await client.passive();
      expect((await client.command('RETR file')).code).toBe(550);
      expect((await client.transmit('STOR up', Buffer.alloc(10_000))).code).toBe(226);
      expect((await client.receive('RETR file')).data).toHaveLength(30_000);
      client.close();
    });

    test('a bandwidth is told of and holds, in kibibytes a second', async () => {
      const { client, told } = await session('slow');
      expect(told).toMatch(/Your bandwidth is limited/);
      const begun = performance.now();
      expect((await client.receive('RETR file')).data).toHaveLength(30_000);
      const between = performance.now();
      expect((await client.transmit('STOR up', CONTENT)).code).toBe(226);
      // Whatever else takes time makes it more.
      expect(between - begun).toBeGreaterThan(800);
      expect(performance.now() - between).toBeGreaterThan(800);
      client.close();
    });

    test('no value, 0 and what is negative are no limits', async () => {
      for (const login of ['plain', 'free']) {
        const { client, told } = await session(login);
        expect(told.split('\n')).toHaveLength(1);
        expect((await client.transmit('STOR up', Buffer.alloc(2_000_000))).code).toBe(226);
        expect((await client.receive('RETR up')).data).toHaveLength(2_000_000);
        client.close();
      }
    });
  });
});
