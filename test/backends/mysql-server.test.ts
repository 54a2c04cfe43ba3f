// Our server with -l mysql:FILE, as root, with a helper that asks the database.
import { mkdirSync } from 'node:fs';

import { MariaDB } from '@pure-ftpd/account-servers';
import { freePort, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { isRunning, RawClient, untilTrue } from '@pure-ftpd/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { createUserDatabase } from '../support/user-database.ts';
import { configuration, login, startOurs } from './account-server.ts';
import { processTitled } from './processes.ts';

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
    Object.entries(lines).flatMap(([key, value]) => (value === '' ? [] : [`${key} ${value}`])),
  );
}

describeWith(['root', 'mariadbd'], 'a server that asks MariaDB', () => {
  beforeAll(async () => {
    folder = tempFolder();
    database = await MariaDB.start();
    mkdirSync(folder.file('home'), { mode: 0o777 });
    await database.run(`CREATE DATABASE pureftpd; CREATE USER ftpd@localhost IDENTIFIED BY '${SECRET}';
      GRANT SELECT ON pureftpd.* TO ftpd@localhost; CREATE USER pooled@'%' IDENTIFIED BY '${SECRET}';
      GRANT SELECT ON pureftpd.* TO pooled@'%'; USE pureftpd;
      CREATE TABLE users (login VARCHAR(64) PRIMARY KEY, password VARCHAR(128), home VARCHAR(255));
      INSERT INTO users VALUES ('alice', '${PASSWORD}', '${folder.file('home')}/./'), ('relative', 'x', 'home'), ('empty', '', '/');`);
    const user = { login: 'local', password: 'local', uid: 54_321, gid: 54_321, home: folder.file('home') };
    local = await createUserDatabase(folder.path, [user]);
  });
  afterAll(async () => {
    await database[Symbol.asyncDispose]();
    folder.remove();
  });

  test('lets in whom the database knows; its helper ends with it', async () => {
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
    expect(server.process.output).toContain('mysql: relative: the home directory is not an absolute path');
    const helper = processTitled(server, 'pure-ftpd (MYSQL)') ?? 0;
    expect(isRunning(helper)).toBe(true);
    await server.stop();
    expect(isRunning(helper)).toBe(false);
  });

  test('waits for a query that sleeps no longer than a login may take, and keeps nobody else waiting', async () => {
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

  test('keeps the connections of logins that came at once, sixteen at most', async () => {
    const { port } = database;
    const places = { MYSQLServer: '127.0.0.1', MYSQLSocket: '', MYSQLPort: String(port), MYSQLUser: 'pooled' };
    await using server = await startOurs('-c', '100', '-C', '100', '-l', `mysql:${file('p.conf', places)}`);
    const root = await database.connect('pureftpd');
    const connections = async (command: string): Promise<number> => {
      const where = `user='pooled' AND command='${command}'`;
      const [rows] = await root.query(`SELECT id FROM information_schema.processlist WHERE ${where}`);
      return Array.isArray(rows) ? rows.length : 0;
    };
    try {
      await root.query('LOCK TABLES users WRITE');
      const logins = Array.from({ length: 24 }, () => login(server.port, 'alice', PASSWORD));
      await untilTrue('sixteen logins wait for the table', async () => (await connections('Query')) === 16);
      await root.query('UNLOCK TABLES');
      expect(new Set((await Promise.all(logins)).map(({ code }) => code))).toEqual(new Set([230]));
      await untilTrue('all have been answered', async () => (await connections('Query')) === 0);
      expect(await connections('Sleep')).toBe(16);
      expect((await login(server.port, 'alice', PASSWORD)).code).toBe(230);
      expect(await connections('Sleep')).toBe(16);
    } finally {
      await root.end();
    }
  });

  test('finds out at the first login that nobody listens', async () => {
    const nowhere = file('f.conf', { MYSQLServer: '127.0.0.1', MYSQLPort: String(await freePort()) });
    await using server = await startOurs('-l', `mysql:${nowhere}`);
    expect((await login(server.port, 'alice', PASSWORD)).code).toBe(530);
    expect(server.process.output).toMatch(/The SQL server seems to be down \[connect ECONNREFUSED/);
  });
});
