// What clients are answered while a database is stopped, silent, slow or cut off, and that users of another backend log in meanwhile.
import { chmodSync, mkdirSync } from 'node:fs';

import { ACCOUNT_ID, AccountDatabase } from '@pure-ftpd/account-servers';
import { type RunningServer, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { isRunning, isSoak, RawClient, soak, untilTrue } from '@pure-ftpd/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { createUserDatabase } from '../support/user-database.ts';
import { login, startOurs } from './account-server.ts';
import { processTitled } from './processes.ts';
import { Relay } from './relay.ts';

const DOWN = /The SQL server seems to be down/g;
const BACK = /The SQL server is back/g;

/** The code of the reply to the password of alice, who is in the database. */
async function alice(server: RunningServer): Promise<number> {
  return (await login(server.port, 'alice', 'pw')).code;
}

/** A client whose password has been sent. */
async function asking(server: RunningServer): Promise<RawClient> {
  const client = await RawClient.connect(server.port);
  await client.reply();
  await client.command('USER alice');
  client.send('PASS pw\r\n');
  return client;
}

/** The codes of what clients who wait are answered. */
async function answersOf(clients: readonly RawClient[]): Promise<number[]> {
  const replies = await Promise.all(clients.map((client) => client.reply()));
  for (const client of clients) client.close();
  return replies.map(({ code }) => code);
}

describeWith(['root', 'mariadbd', 'postgres'], 'a server whose database fails', () => {
  describe.each(['mysql', 'pgsql'] as const)('%s', (method) => {
    let folder: TempFolder;
    let database: AccountDatabase;
    let relay: Relay;
    let server: RunningServer;
    /** A PureDB with the user `local`, which is asked first: whoever is behind a database waits for it. */
    let local = '';
    let logged = 0;

    beforeAll(async () => {
      folder = tempFolder();
      const home = folder.file('home');
      mkdirSync(home);
      chmodSync(home, 0o777);
      database = await AccountDatabase.start(method, [{ login: 'alice', password: 'pw', home }]);
      local = await createUserDatabase(folder.path, [
        { login: 'local', password: 'pw', uid: ACCOUNT_ID, gid: ACCOUNT_ID, home },
      ]);
    });
    afterAll(async () => {
      await database[Symbol.asyncDispose]();
      folder.remove();
    });
    beforeAll(async () => {
      relay = await Relay.start(database.server.port);
      const file = database.file(folder, 'sql.conf', { Port: String(relay.port) });
      server = await startOurs('-l', `puredb:${local}`, '-l', `${method}:${file}`, '-c', '400');
    });
    afterAll(async () => {
      await server.stop();
      await relay[Symbol.asyncDispose]();
    });
    beforeEach(async () => {
      relay.mode = 'pass';
      // Whoever serves and whoever asks is there: what follows is not their start.
      await expectLocal();
      await untilBack();
      logged = server.process.output.length;
    });

    /** Where a limit of 15 s is waited for, the same code for every method: the short form has it once. */
    const limitShownBy = isSoak || method === 'mysql' ? [method] : [];

    /** How often the log has said something in this test. */
    function count(what: RegExp): number {
      return server.process.output.slice(logged).match(what)?.length ?? 0;
    }

    async function expectLocal(): Promise<void> {
      expect((await login(server.port, 'local', 'pw')).code).toBe(230);
    }

    /** Right after a failure nobody asks. */
    function untilBack(): Promise<void> {
      return untilTrue('alice gets in again', async () => (await alice(server)) === 230);
    }

    test('stopped: 530, and in again when it is started, with a line each', async () => {
      await database.server.stop();
      const waiting = await Promise.all(Array.from({ length: 10 }, () => asking(server)));
      await expectLocal();
      expect(new Set(await answersOf(waiting))).toEqual(new Set([530]));
      await database.server.start();
      await untilBack();
      expect([count(DOWN), count(BACK)]).toEqual([1, 1]);
    });

    test.each(limitShownBy)(
      'silent: 530 within the time of a login, for all who wait; whoever is in another backend is not kept waiting',
      async () => {
        relay.mode = 'silent';
        relay.cut();
        const waiting = await Promise.all(Array.from({ length: soak(20, 200) }, () => asking(server)));
        await untilTrue('the database is asked', () => relay.connections > 0);
        await expectLocal();
        // They wait still.
        expect(relay.connections).toBeGreaterThan(0);
        expect(new Set(await answersOf(waiting))).toEqual(new Set([530]));
        expect(count(DOWN)).toBe(1);
        relay.mode = 'pass';
        await untilBack();
        expect(count(BACK)).toBe(1);
      },
    );

    test('slow: 200 at once all get in, and whoever is in another backend before them', async () => {
      const clients = await Promise.all(Array.from({ length: 200 }, () => RawClient.connect(server.port)));
      for (const client of clients) {
        await client.reply();
        await client.command('USER alice');
      }
      relay.mode = 'hold';
      for (const client of clients) client.send('PASS pw\r\n');
      await untilTrue('answers wait', () => relay.held > 0);
      await expectLocal();
      relay.mode = 'pass';
      expect(new Set(await answersOf(clients))).toEqual(new Set([230]));
      expect(count(DOWN)).toBe(0);
    });

    test('cut off between logins: nobody notices', async () => {
      for (let round = 0; round < 3; round += 1) {
        relay.cut();
        expect(await alice(server)).toBe(230);
      }
      expect(count(DOWN)).toBe(0);
    });

    test('cut off behind each answer: 530 for as long as one that is needed is missing', async () => {
      const codes: number[] = [];
      for (const answers of soak([1, 3, 40], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 40])) {
        await untilBack();
        relay.cutAfter = answers;
        codes.push(await alice(server));
        await expectLocal();
        relay.cutAfter = Infinity;
      }
      const failed = codes.indexOf(230);
      expect(failed).toBeGreaterThanOrEqual(2);
      expect(codes).toEqual(codes.map((_, index) => (index < failed ? 530 : 230)));
      expect(count(DOWN)).toBe(failed);
    });

    test('clients who leave while it is silent leave nothing behind', async () => {
      relay.mode = 'silent';
      relay.cut();
      const waiting = await Promise.all(Array.from({ length: 20 }, () => asking(server)));
      await untilTrue('the database is asked', () => relay.connections > 0);
      for (const client of waiting) client.close();
      await untilTrue('nobody asks it any more', () => relay.connections === 0);
      relay.mode = 'pass';
      await untilBack();
      expect(count(DOWN)).toBe(0);
    });

    test.each(limitShownBy)(
      'asked by a helper that was stopped: its logins end with 530, and it is replaced',
      async () => {
        const helper = processTitled(server, `pure-ftpd (${method.toUpperCase()})`) ?? 0;
        process.kill(helper, 'SIGSTOP');
        const waiting = await Promise.all([asking(server), asking(server)]);
        await expectLocal();
        expect(await answersOf(waiting)).toEqual([530, 530]);
        await untilTrue('it is gone', () => !isRunning(helper));
        await untilBack();
        expect(count(/its helper failed \[no answer in 15 s\]/g)).toBe(1);
        expect(count(/its helper is back/g)).toBe(1);
      },
    );

    test('asked by a helper that was killed: the next login gets another one', async () => {
      for (let round = 0; round < 3; round += 1) {
        const helper = processTitled(server, `pure-ftpd (${method.toUpperCase()})`) ?? 0;
        process.kill(helper, 'SIGKILL');
        await untilTrue('it is gone', () => !isRunning(helper));
        await untilBack();
      }
      await expectLocal();
      expect(count(/its helper failed/g)).toBe(3);
      expect(count(/its helper is back/g)).toBe(3);
    });
  });
});
