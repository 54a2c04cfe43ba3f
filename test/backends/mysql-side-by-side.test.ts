// Debian's pure-ftpd-mysql and ours, on the same database, file and accounts.
import { chmodSync, mkdirSync } from 'node:fs';

import { MariaDB } from '@pure-ftpd/account-servers';
import { tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { expect, test } from 'vitest';

import { configuration, login, startC, startOurs } from './account-server.ts';

const HASH = '$6$abcdefgh$KQeXafAQAaOoKTevphVU215RvJdgzyfASRasIOuh12hO8u0r1bGW92ZnTmC9IjsiQ8VPiTXBiZF49dFL1U4wX/';

/** Login and password. */
const LOGINS = [
  ['alice', 'pw'],
  ['ALICE', 'pw'],
  ['alice', 'wrong'],
  ['alice', ''],
  ['nobody-here', 'pw'],
  ["o'neil", 'pw'],
  ["x' OR '1'='1", 'pw'],
  ['a"b', 'pw'],
  ['root-id', 'pw'],
  ['no-id', 'pw'],
  ['no-home', 'pw'],
  ['by-name', 'pw'],
  ['limited', 'pw'],
  ['twice', 'pw'],
] as const;

function column(name: string): string {
  return String.raw`SELECT ${name} FROM users WHERE login='\L'`;
}

/** The codes of the replies to all logins. */
function verdicts(port: number): Promise<unknown[]> {
  return Promise.all(
    LOGINS.map(async ([user, password]) => {
      const { lines } = await login(port, user, password);
      return [user, password, lines.map((line) => line.slice(0, 4))];
    }),
  );
}

describeWith(['root', 'mariadbd', 'pure-ftpd-mysql'], 'pure-ftpd-mysql and ours', () => {
  test('give the same verdicts', async () => {
    await using database = await MariaDB.start();
    using folder = tempFolder();
    mkdirSync(folder.file('home'));
    chmodSync(folder.file('home'), 0o777);
    const home = folder.file('home');
    await database.run(`CREATE DATABASE pureftpd; CREATE USER ftpd@localhost IDENTIFIED BY 'ftpdpw';
      GRANT SELECT ON pureftpd.* TO ftpd@localhost; USE pureftpd;
      CREATE TABLE users (login VARCHAR(64), password VARCHAR(128), uid VARCHAR(20), gid VARCHAR(20), home VARCHAR(255), quota INT);
      INSERT INTO users VALUES ('alice', '${HASH}', '3901', '3901', '${home}', 0), ('o''neil', '${HASH}', '3901', '3901', '${home}', 0),
        ('root-id', '${HASH}', '0', '0', '${home}', 0), ('no-id', '${HASH}', NULL, '3901', '${home}', 0),
        ('no-home', '${HASH}', '3901', '3901', '', 0), ('by-name', '${HASH}', 'games', 'games', '${home}', 0),
        ('limited', '${HASH}', '3901', '3901', '${home}', 2), ('twice', '${HASH}', '3901', '3901', '${home}', 0),
        ('twice', '${HASH}', '3901', '3901', '${home}', 0);`);
    const file = configuration(folder, 'mysql.conf', [
      `MYSQLSocket ${database.socket}`,
      'MYSQLUser ftpd',
      'MYSQLPassword ftpdpw',
      'MYSQLDatabase pureftpd',
      'MYSQLCrypt any',
      `MYSQLGetPW ${column('password')}`,
      `MYSQLGetUID ${column('uid')}`,
      `MYSQLGetGID ${column('gid')}`,
      `MYSQLGetDir ${column('home')}`,
      `MYSQLGetQTASZ ${column('quota')}`,
    ]);
    await using theirs = await startC('pure-ftpd-mysql', '-l', `mysql:${file}`, '-c', '100');
    await using ours = await startOurs('-l', `mysql:${file}`, '-c', '100');
    const [c, mine] = await Promise.all([verdicts(theirs.port), verdicts(ours.port)]);
    expect(mine).toEqual(c);
    expect(c[0]).toEqual(['alice', 'pw', ['230 ']]);
  });
});
