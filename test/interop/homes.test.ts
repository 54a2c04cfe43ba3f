// Who is confined to the home (-A, -a, /./), and homes that are made at login (-j) [server-behaviour §6], on both servers.
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { buildDatabase } from '@pure-ftpd/puredb';
import { RawClient } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

import { sides } from '../support/programs.ts';
import { startDaemon } from '../support/servers.ts';
import { createUserDatabase } from '../support/user-database.ts';

const UID = 3001;
const TRUSTED = 3009;

/** Two users, one of them in the trusted group; the homes of neither confine. */
async function database(folder: TempFolder): Promise<string> {
  const users = ['alice', 'trudy'].map((login) => ({
    login,
    password: 'golden',
    uid: UID,
    gid: login === 'trudy' ? TRUSTED : UID,
    home: folder.file(login),
  }));
  const file = await createUserDatabase(folder.path, users);
  const text = folder.file('users.passwd');
  writeFileSync(text, readFileSync(text, 'utf8').replaceAll('/./', ''));
  await buildDatabase(text, file);
  chmodSync(file, 0o644);
  return file;
}

async function login(port: number, user: string): Promise<RawClient> {
  const client = await RawClient.connect(port);
  await client.reply();
  await client.command(`USER ${user}`);
  const reply = await client.command('PASS golden');
  if (reply.code !== 230) throw new Error(reply.text);
  return client;
}

describeWith(['root', 'pure-ftpd'], 'homes', () => {
  for (const side of sides) {
    test.each([
      [[], { alice: 'home', trudy: 'home' }],
      [['-A'], { alice: '/', trudy: '/' }],
      [['-a', String(TRUSTED)], { alice: '/', trudy: 'home' }],
      [['-A', '-a', String(TRUSTED)], { alice: '/', trudy: 'home' }],
      [['-a', String(TRUSTED), '-A'], { alice: '/', trudy: '/' }],
    ] as const)(
      `${side.name}: with %j the first directory of each is what is confined, or not`,
      async (words, places) => {
        using folder = tempFolder();
        chmodSync(folder.path, 0o755);
        for (const name of ['alice', 'trudy']) {
          mkdirSync(folder.file(name));
          chownSync(folder.file(name), UID, UID);
        }
        const args = ['-l', `puredb:${await database(folder)}`, '-E', '-H', ...words];
        await using server = await startDaemon(side, { args });
        for (const [user, place] of Object.entries(places)) {
          const client = await login(server.port, user);
          const expected = place === '/' ? '/' : folder.file(user);
          expect([user, (await client.command('PWD')).text]).toEqual([user, expect.stringContaining(`"${expected}"`)]);
          expect((await client.command('CWD /etc')).code).toBe(place === '/' ? 550 : 250);
          client.close();
        }
      },
    );

    test(`${side.name}: the trusted may use dot files and delete, whatever the switches say`, async () => {
      using folder = tempFolder();
      chmodSync(folder.path, 0o755);
      for (const name of ['alice', 'trudy']) {
        mkdirSync(folder.file(name));
        chownSync(folder.file(name), UID, UID);
      }
      const args = ['-l', `puredb:${await database(folder)}`, '-E', '-H', '-X', '-K', '-a', String(TRUSTED)];
      await using server = await startDaemon(side, { args });
      for (const [user, stored, deleted] of [
        ['alice', 553, 550],
        ['trudy', 226, 250],
      ] as const) {
        const client = await login(server.port, user);
        expect([user, (await client.transmit('STOR .dot', 'x')).code]).toEqual([user, stored]);
        expect((await client.transmit('STOR file', 'x')).code).toBe(226);
        expect([user, (await client.command('DELE file')).code]).toEqual([user, deleted]);
        client.close();
      }
    });

    test(`${side.name}: -j makes a home that is missing, and what is above it; without it there is no session`, async () => {
      for (const words of [[], ['-j']]) {
        using folder = tempFolder();
        chmodSync(folder.path, 0o755);
        const deep = folder.file('below');
        const home = join(deep, 'alice');
        const user = { login: 'alice', password: 'golden', uid: UID, gid: UID, home };
        const args = [
          '-l',
          `puredb:${await createUserDatabase(folder.path, [user])}`,
          '-E',
          '-H',
          '-U',
          '022:027',
          ...words,
        ];
        await using server = await startDaemon(side, { args, separated: true });
        if (words.length === 0) {
          await expect(login(server.port, 'alice')).rejects.toThrow(/^421/);
          expect(existsSync(deep)).toBe(false);
          continue;
        }
        const client = await login(server.port, 'alice');
        expect((await client.transmit('STOR file', 'x')).code).toBe(226);
        client.close();
        expect(statSync(deep)).toMatchObject({ uid: 0, mode: 0o40755 });
        expect(statSync(home)).toMatchObject({ uid: UID, gid: UID, mode: 0o40750 });
      }
    });
  }
});
