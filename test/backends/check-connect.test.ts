// pure-ftpd --check-config FILE --connect, with the real servers.
import { chmodSync, writeFileSync } from 'node:fs';

import { MariaDB, OpenLDAP, PostgreSQL } from '@pure-ftpd/account-servers';
import { freePort, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { type Finished, runProgram } from '../support/program.ts';
import { ours } from '../support/programs.ts';
import { configuration } from './account-server.ts';

const SECRET = 'the-word-of-the-file';

let folder: TempFolder;
beforeAll(() => {
  folder = tempFolder();
});
afterAll(() => folder.remove());

/** Lines of a file, some of them changed or, with an empty value, left out. */
function file(name: string, lines: Readonly<Record<string, string>>): string {
  const kept = Object.entries(lines).filter(([, value]) => value !== '');
  return configuration(
    folder,
    name,
    kept.map(([key, value]) => `${key} ${value}`),
  );
}

/** Looks at a configuration file with these lines; neither output may have a password. */
async function check(...lines: readonly string[]): Promise<Finished> {
  const main = folder.file('ftpd.conf');
  writeFileSync(main, ['Bind 127.0.0.1,0', ...lines].join('\n'));
  const result = await runProgram(ours.program('pure-ftpd'), ['--connect', '--check-config', main]);
  expect(result.stdout + result.stderr).not.toContain(SECRET);
  return {
    ...result,
    stdout: result.stdout.replaceAll(folder.path, 'FOLDER'),
    stderr: result.stderr.replaceAll(folder.path, 'FOLDER'),
  };
}

test('--connect alone is refused', async () => {
  const { status, stderr } = await runProgram(ours.program('pure-ftpd'), ['--connect']);
  expect([status, stderr]).toEqual([252, 'pure-ftpd: --connect goes with --check-config FILE\n']);
});

describeWith(['mariadbd'], 'a check that asks MariaDB', () => {
  let database: MariaDB;
  beforeAll(async () => {
    database = await MariaDB.start();
    await database.run(`CREATE DATABASE pureftpd; CREATE USER ftpd@localhost IDENTIFIED BY '${SECRET}';
      CREATE USER nothing@localhost IDENTIFIED BY '${SECRET}'; GRANT SELECT, INSERT ON pureftpd.* TO ftpd@localhost;
      USE pureftpd; CREATE TABLE users (login VARCHAR(64), pw VARCHAR(64), home VARCHAR(64), quota INT);
      CREATE TABLE seen (login VARCHAR(64));`);
    // Whoever asks may be nobody.
    chmodSync(folder.path, 0o755);
  });
  afterAll(() => database[Symbol.asyncDispose]());

  function mysql(changes: Readonly<Record<string, string>> = {}): string {
    return file('mysql.conf', {
      MYSQLSocket: database.socket,
      MYSQLUser: 'ftpd',
      MYSQLPassword: SECRET,
      MYSQLDatabase: 'pureftpd',
      MYSQLCrypt: 'any',
      MYSQLGetPW: String.raw`SELECT pw FROM users WHERE login='\L'`,
      MYSQLDefaultUID: '2000',
      MYSQLDefaultGID: '2000',
      MYSQLGetDir: String.raw`SELECT home FROM users WHERE login='\L'`,
      MYSQLGetQTASZ: String.raw`SELECT quota FROM users WHERE login='\L'`,
      ...changes,
    });
  }

  test('says of each file that its server answers, and ok', async () => {
    const { status, stdout, stderr } = await check(`MySQLConfigFile ${mysql()}`);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^# mysql:FOLDER\/mysql\.conf: it answers, and takes every query\n# FOLDER\/ftpd\.conf: ok\n/,
    );
  });

  test('leaves nothing of what queries write', async () => {
    const writes = String.raw`INSERT INTO seen VALUES ('\L'); SELECT pw FROM users WHERE login='\L'`;
    expect((await check(`MySQLConfigFile ${mysql({ MYSQLGetPW: writes })}`)).status).toBe(0);
    const connection = await database.connect('pureftpd');
    const [rows] = await connection.query('SELECT * FROM seen');
    await connection.end();
    expect(rows).toEqual([]);
  });

  test.each<[what: string, changes: Readonly<Record<string, string>>, problem: RegExp]>([
    [
      'a wrong password',
      { MYSQLPassword: `${SECRET}-not` },
      /:2: MYSQLUser: the database cannot be asked: Access denied .*: mend the user or the password/,
    ],
    ['a database that is not there', { MYSQLDatabase: 'nowhere' }, /:4: MYSQLDatabase: the database cannot be asked: /],
    [
      'a socket that is not there',
      { MYSQLSocket: '/nowhere.sock' },
      /:1: MYSQLSocket: the database cannot be asked: connect ENOENT \/nowhere\.sock: start it, or mend where it is/,
    ],
    [
      'TLS that the server has not',
      { MYSQLUseTLS: 'require' },
      /:11: MYSQLUseTLS: the database cannot be asked: .*: mend TLS/,
    ],
    [
      'a table that is not there',
      { MYSQLGetDir: String.raw`SELECT home FROM user WHERE login='\L'` },
      /:9: MYSQLGetDir: the database refuses the query: .*'pureftpd.user'.*: mend it, or grant/,
    ],
    [
      'a limit with a wrong column',
      { MYSQLGetQTASZ: 'SELECT qouta FROM users' },
      /:10: MYSQLGetQTASZ: the database refuses the query: Unknown column 'qouta'/,
    ],
    [
      'a user without rights',
      { MYSQLUser: 'nothing', MYSQLDatabase: '', MYSQLGetPW: 'SELECT pw FROM pureftpd.users' },
      /:5: MYSQLGetPW: the database refuses the query: SELECT command denied/,
    ],
  ])('says what is wrong, with line and remedy: %s', async (_, changes, problem) => {
    const { status, stdout, stderr } = await check('NoAnonymous yes', `MySQLConfigFile ${mysql(changes)}`);
    expect([status, stdout]).toEqual([252, '']);
    expect(stderr).toMatch(/^pure-ftpd: FOLDER\/ftpd\.conf:3: MySQLConfigFile: FOLDER\/mysql\.conf:.*\n$/);
    expect(stderr).toMatch(problem);
  });

  test('a server that is down is an error with --connect, and none without', async () => {
    const port = await freePort();
    const line = `MySQLConfigFile ${mysql({ MYSQLServer: '127.0.0.1', MYSQLPort: String(port) })}`;
    const { status, stderr } = await check(line);
    expect(status).toBe(252);
    expect(stderr).toMatch(/:11: MYSQLServer: the database cannot be asked: connect ECONNREFUSED/);
    const without = await runProgram(ours.program('pure-ftpd'), ['--check-config', folder.file('ftpd.conf')]);
    expect(without.status).toBe(0);
  });
});

describeWith(['postgres'], 'a check that asks PostgreSQL', () => {
  test('says that it answers, or what is wrong', async () => {
    await using database = await PostgreSQL.start();
    await database.run(`CREATE ROLE ftpd LOGIN PASSWORD '${SECRET}'`);
    await database.run('CREATE TABLE users (login TEXT, pw TEXT, home TEXT); GRANT SELECT ON users TO ftpd');
    const pgsql = (changes: Readonly<Record<string, string>> = {}): string =>
      `PGSQLConfigFile ${file('pgsql.conf', {
        PGSQLServer: '127.0.0.1',
        PGSQLPort: String(database.port),
        PGSQLUser: 'ftpd',
        PGSQLPassword: SECRET,
        PGSQLDatabase: 'postgres',
        PGSQLCrypt: 'any',
        PGSQLGetPW: String.raw`SELECT pw FROM users WHERE login='\L'`,
        PGSQLDefaultUID: '2000',
        PGSQLDefaultGID: '2000',
        PGSQLGetDir: String.raw`SELECT home FROM users WHERE login='\L'`,
        ...changes,
      })}`;
    const fine = await check(pgsql());
    expect([fine.status, fine.stderr]).toEqual([0, '']);
    expect(fine.stdout).toContain('# pgsql:FOLDER/pgsql.conf: it answers, and takes every query\n');
    const wrong = [
      [{ PGSQLPassword: 'other' }, /:3: PGSQLUser: the database cannot be asked: password authentication failed/],
      [
        { PGSQLDatabase: 'nowhere' },
        /:5: PGSQLDatabase: the database cannot be asked: database "nowhere" does not exist/,
      ],
      [
        { PGSQLGetPW: 'SELECT pw FROM user' },
        /:7: PGSQLGetPW: the database refuses the query: column "pw" does not exist/,
      ],
      [{ PGSQLUseTLS: 'verify' }, /:11: PGSQLUseTLS: the database cannot be asked: The server does not support SSL/],
      [{ PGSQLServer: '127.0.0.1', PGSQLPort: String(await freePort()) }, /:1: PGSQLServer: .*ECONNREFUSED/],
    ] as const;
    for (const [changes, problem] of wrong) {
      const { status, stderr } = await check(pgsql(changes));
      expect(status).toBe(252);
      expect(stderr).toMatch(problem);
    }
  });
});

describeWith(['slapd', 'pureftpd.schema'], 'a check that asks OpenLDAP', () => {
  test('says that it answers, or what is wrong; of several servers each has its line', async () => {
    await using directory = await OpenLDAP.start();
    const ldap = (name: string, changes: Readonly<Record<string, string>> = {}): string =>
      `LDAPConfigFile ${file(name, {
        LDAPServer: '127.0.0.1',
        LDAPPort: String(directory.port),
        LDAPBaseDN: 'ou=people,dc=example,dc=org',
        LDAPBindDN: 'cn=reader,dc=example,dc=org',
        LDAPBindPW: 'readerpw',
        ...changes,
      })}`;
    const { status, stdout, stderr } = await check(
      ldap('a.conf'),
      ldap('b.conf', { LDAPBindPW: SECRET }),
      ldap('c.conf', { LDAPBaseDN: 'ou=nowhere,dc=example,dc=org' }),
      ldap('d.conf', { LDAPPort: String(await freePort()) }),
    );
    expect([status, stdout]).toEqual([252, '# ldap:FOLDER/a.conf: it answers, and takes every query\n']);
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(
        /ftpd\.conf:3: LDAPConfigFile: FOLDER\/b\.conf:4: LDAPBindDN: the directory cannot be asked: /,
      ),
      expect.stringMatching(
        /ftpd\.conf:4: LDAPConfigFile: FOLDER\/c\.conf:3: LDAPBaseDN: the directory cannot be asked: /,
      ),
      expect.stringMatching(
        /ftpd\.conf:5: LDAPConfigFile: FOLDER\/d\.conf:1: LDAPServer: the directory cannot be asked: .*ECONNREFUSED/,
      ),
    ]);
  });
});
