// Our server with -l mysql:FILE, as root, with a helper that asks the database.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';

import { freePort, type RunningServer, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { isRunning, RawClient, untilTrue } from '@pure-ftpd/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { createUserDatabase } from '../support/user-database.ts';
import { configuration, login, startOurs } from './account-server.ts';
import { MariaDB } from './mariadb.ts';

const SECRET = 'the-word-of-the-file';
const PASSWORD = 'word-of-alice';

let database: MariaDB;
let folder: TempFolder;
/** A PureDB with the user `local`. */
let local = '';

function file(name: string, changes: Readonly<Record<string, string>> = {}): string {
  const lines: Record<string, string> = {
    MYSQLServer: 'localhost',
    MYSQLSocket: database.socket,
    MYSQLUser: 'ftpd',
    MYSQLPassword: SECRET,
    MYSQLDatabase: 'pureftpd',
    MYSQLCrypt: 'cleartext',
    MYSQLDefaultUID: '54321',
    MYSQLDefaultGID: '54321',
    MYSQLGetPW: String.raw`SELECT password FROM users WHERE login='\L'`,
    MYSQLGetDir: String.raw`SELECT home FROM users WHERE login='\L'`,
    ...changes,
  };
  return configuration(
    folder,
    name,
    Object.entries(lines).map(([key, value]) => `${key} ${value}`),
  );
}

/** The process of a server that has such a title. */
function processOf(server: RunningServer, title: string): number {
  const found = readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const ofServer = readFileSync(`/proc/${name}/stat`, 'utf8').split(' ')[5] !== undefined;
      return ofServer && readFileSync(`/proc/${name}/cmdline`, 'utf8').startsWith(title);
    } catch {
      return false; // it has ended
    }
  });
  expect(server.port).toBeGreaterThan(0);
  return Number(found[0] ?? 0);
}

describeWith(['root', 'mariadbd'], 'a server that asks MariaDB', () => {
  beforeAll(async () => {
    folder = tempFolder();
    database = await MariaDB.start();
    mkdirSync(folder.file('home'), { mode: 0o777 });
    await database.run(`CREATE DATABASE pureftpd; CREATE USER ftpd@localhost IDENTIFIED BY '${SECRET}';
      GRANT SELECT ON pureftpd.* TO ftpd@localhost; USE pureftpd;
      CREATE TABLE users (login VARCHAR(64) PRIMARY KEY, password VARCHAR(128), home VARCHAR(255));
      INSERT INTO users VALUES ('alice', '${PASSWORD}', '${folder.file('home')}/./'), ('relative', 'x', 'home'), ('empty', '', '/');`);
    const user = { login: 'local', password: 'local', uid: 54_321, gid: 54_321, home: folder.file('home') };
    local = await createUserDatabase(folder.path, [user]);
  });
  afterAll(async () => {
    await database[Symbol.asyncDispose]();
    folder.remove();
  });

  test('lets in whom the database knows, as nobody who has any right; no password is in what it says', async () => {
    await using server = await startOurs('-l', `mysql:${file('a.conf')}`);
    const replies = await Promise.all([
      login(server.port, 'alice', PASSWORD),
      login(server.port, 'alice', 'wrong-word'),
      login(server.port, 'nobody-here', 'wrong-word'),
      login(server.port, 'relative', 'x'),
      login(server.port, 'empty', ''),
      login(server.port, "x' OR '1'='1", 'wrong-word'),
    ]);
    expect(replies.map(({ code }) => code)).toEqual([230, 530, 530, 530, 530, 530]);
    const helper = processOf(server, 'pure-ftpd (MYSQL)');
    expect(helper).toBeGreaterThan(0);
    const status = readFileSync(`/proc/${helper}/status`, 'utf8');
    expect(status).toMatch(/^Uid:\t(?!0\t)(\d+)\t\1\t\1\t\1$/m);
    expect(status).toMatch(/^Gid:\t(?!0\t)(\d+)\t\1\t\1\t\1$/m);
    for (const set of ['CapPrm', 'CapEff', 'CapInh', 'CapAmb'])
      expect(status).toMatch(new RegExp(`^${set}:\t0+$`, 'm'));
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    const said = server.process.output;
    expect(said).toContain('mysql: relative: the home directory is not an absolute path');
    const titles =
      readFileSync(`/proc/${helper}/cmdline`, 'latin1') + readFileSync(`/proc/${helper}/environ`, 'latin1');
    for (const secret of [SECRET, PASSWORD, 'wrong-word']) expect(said + titles).not.toContain(secret);
    await server.stop();
    expect(isRunning(helper)).toBe(false);
  });

  test('says once that the database is down, and once that it is back; users of another backend come in meanwhile', async () => {
    await using server = await startOurs('-l', `mysql:${file('b.conf')}`, '-l', `puredb:${local}`);
    expect((await login(server.port, 'alice', PASSWORD)).code).toBe(230);
    await database.stop();
    const replies = await Promise.all([
      ...Array.from({ length: 10 }, () => login(server.port, 'alice', PASSWORD)),
      login(server.port, 'local', 'local'),
    ]);
    expect(replies.map(({ code }) => code)).toEqual([...Array.from({ length: 10 }, () => 530), 230]);
    await database.start();
    // For a moment after a failure nobody asks.
    await untilTrue('alice gets in again', async () => (await login(server.port, 'alice', PASSWORD)).code === 230);
    const said = server.process.output;
    expect(said.match(/The SQL server seems to be down/g)).toHaveLength(1);
    expect(said.match(/The SQL server is back/g)).toHaveLength(1);
  });

  test('waits for a silent database no longer than a login may take, and keeps nobody else waiting', async () => {
    const slow = file('c.conf', { MYSQLGetPW: String.raw`SELECT SLEEP(60) FROM users WHERE login='\L'` });
    await using server = await startOurs('-l', `mysql:${slow}`, '-l', `puredb:${local}`);
    const client = await RawClient.connect(server.port);
    await client.reply();
    await client.command('USER alice');
    client.send(`PASS ${PASSWORD}\r\n`);
    // Unknown to the database, so that it does not sleep.
    expect((await login(server.port, 'local', 'local')).code).toBe(230);
    expect((await client.reply()).code).toBe(530);
    expect(server.process.output).toContain('The SQL server seems to be down [no answer in 10 s]');
    client.close();
  });

  test('answers 200 at once', async () => {
    await using server = await startOurs('-l', `mysql:${file('d.conf')}`, '-c', '400');
    const replies = await Promise.all(Array.from({ length: 200 }, () => login(server.port, 'alice', PASSWORD)));
    expect(new Set(replies.map(({ code }) => code))).toEqual(new Set([230]));
  });

  test('goes on when its helper is killed', async () => {
    await using server = await startOurs('-l', `mysql:${file('e.conf')}`);
    expect((await login(server.port, 'alice', PASSWORD)).code).toBe(230);
    const helper = processOf(server, 'pure-ftpd (MYSQL)');
    process.kill(helper, 'SIGKILL');
    await untilTrue('the log says so', () => server.process.output.includes('its helper failed'));
    expect((await login(server.port, 'alice', PASSWORD)).code).toBe(230);
  });

  test('finds out at the first login that nobody listens', async () => {
    const nowhere = file('f.conf', { MYSQLServer: '127.0.0.1', MYSQLPort: String(await freePort()) });
    await using server = await startOurs('-l', `mysql:${nowhere}`);
    expect((await login(server.port, 'alice', PASSWORD)).code).toBe(530);
    expect(server.process.output).toMatch(/The SQL server seems to be down \[connect ECONNREFUSED/);
  });
});
