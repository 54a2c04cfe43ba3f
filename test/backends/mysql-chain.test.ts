// The order of several backends, beside Debian's pure-ftpd-mysql with the same files.
import { chmodSync, mkdirSync } from 'node:fs';

import { ACCOUNT_ID, AccountDatabase } from '@pure-ftpd/account-servers';
import { tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { RawClient } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

import { createUserDatabase } from '../support/user-database.ts';
import { startC, startOurs } from './account-server.ts';

/** Logins, each with passwords of both backends, and some of nobody. */
const LOGINS = ['both', 'only-mysql', 'only-puredb', 'nobody-here', 'no-uid', 'root-uid', 'twice', 'no-password'];
const PASSWORDS = ['of-mysql', 'of-puredb', 'of-nobody', ''];

/** The code of the reply to a password, and in which home its session is. */
async function verdict(port: number, user: string, password: string): Promise<string> {
  const client = await RawClient.connect(port);
  try {
    await client.reply();
    await client.command(`USER ${user}`);
    const { code } = await client.command(`PASS ${password}`);
    const place = code === 230 ? / "([^"]*)"|"([^"]*)"/.exec((await client.command('PWD')).text) : null;
    return `${user} ${password}: ${code}${place === null ? '' : ` in ${(place[1] ?? place[2] ?? '').replace(/.*\//, '/')}`}`;
  } finally {
    client.close();
  }
}

function verdicts(port: number): Promise<string[]> {
  return Promise.all(LOGINS.flatMap((user) => PASSWORDS.map((password) => verdict(port, user, password))));
}

describeWith(['root', 'mariadbd', 'pure-ftpd-mysql'], 'pure-ftpd-mysql and ours, with several backends', () => {
  test('give the same verdicts in each order, also while the database is down', async () => {
    using folder = tempFolder();
    chmodSync(folder.path, 0o755);
    const [ofMysql, ofPuredb] = ['mysql-home', 'puredb-home'].map((name) => {
      mkdirSync(folder.file(name));
      chmodSync(folder.file(name), 0o777);
      return folder.file(name);
    });
    if (ofMysql === undefined || ofPuredb === undefined) throw new Error('there are no homes');
    const row = (login: string) => ({ login, password: 'of-mysql', home: ofMysql });
    await using database = await AccountDatabase.start('mysql', [
      row('both'),
      row('only-mysql'),
      row('no-uid'),
      { ...row('root-uid'), uid: 0 },
      row('twice'),
      row('twice'),
      { ...row('no-password'), password: '' },
    ]);
    await database.server.run("UPDATE users SET uid = NULL WHERE login = 'no-uid'", 'accounts');
    const puredb = await createUserDatabase(
      folder.path,
      ['both', 'only-puredb', 'no-uid', 'root-uid', 'twice', 'no-password'].map((login) => ({
        login,
        password: 'of-puredb',
        uid: ACCOUNT_ID,
        gid: ACCOUNT_ID,
        home: ofPuredb,
      })),
    );
    const [mysql, pdb] = [`mysql:${database.file(folder, 'mysql.conf')}`, `puredb:${puredb}`];
    const orders = [
      ['-l', mysql, '-l', pdb],
      ['-l', pdb, '-l', mysql],
      ['-l', mysql],
      ['-l', mysql, '-l', mysql, '-l', pdb],
    ];
    const observed: string[][] = [];
    for (const isDown of [false, true]) {
      if (isDown) await database.server.stop();
      for (const order of isDown ? orders.slice(0, 2) : orders) {
        await using theirs = await startC('pure-ftpd-mysql', ...order, '-c', '100');
        await using mine = await startOurs(...order, '-c', '100');
        const [c, our] = await Promise.all([verdicts(theirs.port), verdicts(mine.port)]);
        expect(our).toEqual(c);
        observed.push(c);
      }
    }
    // Whoever is asked first decides for those it knows.
    expect(observed[0]).toContain('both of-mysql: 230 in /mysql-home');
    expect(observed[0]).toContain('both of-puredb: 530');
    expect(observed[1]).toContain('both of-mysql: 530');
    expect(observed[1]).toContain('both of-puredb: 230 in /');
    expect(observed[4]).toContain('both of-puredb: 230 in /');
  });
});
