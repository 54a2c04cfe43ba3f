// Logins that are meant to be more than logins, in every place of a query, whatever the database is set to [sql.md §10, §12].
import { writeFileSync } from 'node:fs';

import { MariaDB, PostgreSQL } from '@pure-ftpd/account-servers';
import { openBackend } from '@pure-ftpd/auth';
import { tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** None of them is in the table. */
const HOSTILE = [
  "' OR '1'='1",
  "x' OR 'a'='a",
  "' OR 1=1 -- ",
  '" OR ""="',
  "\\' OR 1=1 -- ",
  '\\',
  "\u00bf' OR 1=1 -- ",
  "'; DROP TABLE users; -- ",
  "'||'alice",
  "alice' -- ",
  'alice\0',
  '0 OR 1',
  'id',
  '7 -- x',
  '_____',
  '%',
  '$$alice$$',
  "a'b'c'''",
  "'",
  "''",
  'x'.repeat(128),
];

/** Conditions that a place for a login stands in. */
const OF_BOTH = [
  String.raw`login='\L'`,
  String.raw`login = lower('\L') AND 1=1`,
  String.raw`login LIKE '\L'`,
  String.raw`'x\Ly' = 'xalicey' AND login='\L' /* \L */`,
  String.raw`(login='\L') -- \L`,
];
const OF_MYSQL = [String.raw`login=_utf8'\L'`, String.raw`login=N'\L'`, String.raw`login="\L"`, String.raw`id=\L`];
const OF_PGSQL = [String.raw`login=E'\L'`, String.raw`login=U&'\L'`, String.raw`'\L' ~ '^alice$' AND login='\L'`];

/** Who gets in with the password of everybody in the table: logins, by condition. */
async function whoGetsIn(
  method: 'mysql' | 'pgsql',
  lines: readonly string[],
  conditions: readonly string[],
  logins: readonly string[],
): Promise<Record<string, string[]>> {
  using folder = tempFolder();
  const prefix = method.toUpperCase();
  const result: Record<string, string[]> = {};
  for (const condition of conditions) {
    const file = folder.file('sql.conf');
    const queries = [`${prefix}GetPW SELECT pw FROM users WHERE ${condition}`, `${prefix}GetDir SELECT '/srv'`];
    const fixed = [`${prefix}DefaultUID 3001`, `${prefix}DefaultGID 3001`, `${prefix}Crypt cleartext`];
    writeFileSync(file, `${[...lines, ...queries, ...fixed].join('\n')}\n`, { mode: 0o600 });
    const backend = await openBackend({ name: method, path: file });
    result[condition] = [];
    for (const login of logins) {
      const { kind } = await backend.authenticate({
        login,
        password: Buffer.from('pw'),
        localAddress: '127.0.0.1',
        localPort: 21,
        clientAddress: '127.0.0.1',
        encrypted: false,
      });
      if (kind === 'accepted') result[condition].push(login);
    }
  }
  return result;
}

const TABLE = `CREATE TABLE users (id INT, login VARCHAR(200), pw VARCHAR(20));
  INSERT INTO users VALUES (7, 'alice', 'pw'), (8, 'o''neil', 'pw');`;

/** What holds for a session with the tables: modes of SQL, but for the one that the client sets itself, and the character set. */
async function settings(server: MariaDB): Promise<string[]> {
  const connection = await server.connect('f');
  try {
    const sql = 'SELECT @@sql_mode, @@character_set_database';
    const [rows] = await connection.query({ sql, rowsAsArray: true });
    const words = JSON.stringify(rows).match(/\w+/g) ?? [];
    return words.filter((word) => word !== 'IGNORE_SPACE').toSorted();
  } finally {
    await connection.end();
  }
}

describeWith(['mariadbd'], 'hostile logins at MariaDB', () => {
  let server: MariaDB;
  beforeAll(async () => {
    server = await MariaDB.start();
    await server.run(`CREATE USER ftpd@localhost IDENTIFIED BY 'p'; GRANT ALL ON f.* TO ftpd@localhost;`);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  describe.each(['', 'NO_BACKSLASH_ESCAPES', 'ANSI_QUOTES', 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES'])(
    'sql_mode %j',
    (mode) => {
      test.each(['utf8mb4', 'gbk'])('%s: nobody gets in who is not there, and who is does', async (charset) => {
        await server.run(`SET GLOBAL sql_mode='${mode}'; SET GLOBAL character_set_server='${charset}';`);
        // In another session, which has the new settings.
        await server.run('CREATE OR REPLACE DATABASE f');
        await server.run(TABLE, 'f');
        const modes = mode === '' ? [] : mode.split(',');
        expect(await settings(server)).toEqual([...modes, charset].toSorted());
        const lines = [
          'MYSQLServer localhost',
          `MYSQLSocket ${server.socket}`,
          'MYSQLUser ftpd',
          'MYSQLPassword p',
          'MYSQLDatabase f',
        ];
        const conditions = [...OF_BOTH, ...OF_MYSQL];
        const hostile = await whoGetsIn('mysql', lines, conditions, HOSTILE);
        expect(hostile).toEqual(Object.fromEntries(conditions.map((condition) => [condition, []])));
        const honest = await whoGetsIn('mysql', lines, [...OF_BOTH, ...OF_MYSQL.slice(0, 2)], ['alice', "o'neil", '7']);
        for (const [condition, logins] of Object.entries(honest))
          expect([condition, logins]).toEqual([
            condition,
            condition.includes('xalicey') ? ['alice'] : ['alice', "o'neil"],
          ]);
        expect(await whoGetsIn('mysql', lines, [String.raw`id=\L`], ['alice', '7'])).toEqual({
          [String.raw`id=\L`]: ['7'],
        });
      });
    },
  );
});

describeWith(['postgres'], 'hostile logins at PostgreSQL', () => {
  let server: PostgreSQL;
  beforeAll(async () => {
    server = await PostgreSQL.start();
    await server.run("CREATE ROLE ftpd LOGIN PASSWORD 'p' SUPERUSER");
    await server.run(TABLE);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test.each(['on', 'off'])(
    'standard_conforming_strings %s: nobody gets in who is not there, and who is does',
    async (strings) => {
      await server.run(`ALTER ROLE ftpd SET standard_conforming_strings = ${strings}`);
      const lines = [
        'PGSQLServer 127.0.0.1',
        `PGSQLPort ${server.port}`,
        'PGSQLUser ftpd',
        'PGSQLPassword p',
        'PGSQLDatabase postgres',
      ];
      // U&'' is an error where backslashes may be something else: nobody gets in by it then.
      const conditions = [...OF_BOTH, ...OF_PGSQL];
      const hostile = await whoGetsIn('pgsql', lines, conditions, HOSTILE);
      expect(hostile).toEqual(Object.fromEntries(conditions.map((condition) => [condition, []])));
      const honest = await whoGetsIn('pgsql', lines, OF_BOTH, ['alice', "o'neil", '7']);
      for (const [condition, logins] of Object.entries(honest))
        expect([condition, logins]).toEqual([
          condition,
          condition.includes('xalicey') ? ['alice'] : ['alice', "o'neil"],
        ]);
    },
  );
});
