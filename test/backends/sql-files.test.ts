// Files of -l mysql and -l pgsql: each section of the transcripts, and what ours does with the same file [sql.md §2].
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { MariaDB, PostgreSQL, type SqlMethod } from '@pure-ftpd/account-servers';
import { type AuthBackend, LoginMethodError, openBackend } from '@pure-ftpd/auth';
import { freePort, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { askBackend } from './ask-backend.ts';
import { type Outcome, replaySection, type Section, sectionsOf } from './transcript.ts';

/** How a section is tried. Keys stand without their prefix. */
interface Row {
  /** Other values of keys; an empty one leaves the key out. */
  readonly changes?: Readonly<Record<string, string>>;
  /** What becomes of the text of the file. */
  readonly text?: (usual: string) => string;
  readonly mode?: number;
  /** Another file than the one that is written. */
  readonly file?: (written: string) => string;
  /** What is meant here, where it is not what was observed; why is in docs/differences.md. */
  readonly meant?: Outcome;
}

/** A file without a key. */
function without(key: string): Row {
  return { changes: { [key]: '' } };
}

/** A file without a key that ours cannot do without. */
function lacking(key: string): Row {
  return { ...without(key), meant: 'start refused' };
}

/** A file with a line more. */
function more(line: string): Row {
  return { text: (usual) => `${usual}${line}\n` };
}

/** A file that sets `User` in other words. */
function userLine(line: string): Row {
  return { text: (usual) => usual.replace(/^MYSQLUser .*$/m, line) };
}

/** A file with other keys. */
function renamed(change: (key: string) => string): Row {
  return { text: (lines) => lines.replaceAll(/^\S+/gm, change) };
}

/** A file with another query for the password. */
function query(change: (text: string) => string): Row {
  return { text: (lines) => lines.replace(/(?<=^MYSQLGetPW ).*$/m, change) };
}

/** The table of users of the transcripts. */
function table(quote: string): string {
  const columns = ['User', 'Password', 'Uid', 'Gid', 'Dir'].map((name) => `${quote}${name}${quote}`);
  const type = quote === '"' ? 'TEXT' : 'VARCHAR(64)';
  return `CREATE TABLE users (${columns.map((name) => `${name} ${type}`).join(', ')});
    INSERT INTO users VALUES ('alice', 'pw', '3901', '3901', '/srv/ftp/alice/./'), ('bob', 'pw', '3902', '3902', '/srv/ftp/bob');`;
}

/** The file that all others are made of. */
function usual(prefix: string, place: Readonly<Record<string, string>>, quote: string): Record<string, string> {
  const column = (name: string): string =>
    String.raw`SELECT ${quote}${name}${quote} FROM users WHERE ${quote}User${quote}='\L'`;
  const values = {
    ...place,
    User: 'ftpd',
    Password: 'ftpdpw',
    Database: 'pureftpd',
    Crypt: 'cleartext',
    GetPW: column('Password'),
    GetUID: column('Uid'),
    GetGID: column('Gid'),
    GetDir: column('Dir'),
  };
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [prefix + key, value]));
}

let folder: TempFolder;
beforeAll(() => {
  folder = tempFolder();
});
afterAll(() => folder.remove());

async function open(
  method: SqlMethod,
  values: Readonly<Record<string, string>>,
  { changes = {}, text = (lines) => lines, mode = 0o600, file = (written) => written }: Row,
): Promise<AuthBackend | undefined> {
  const prefix = method.toUpperCase();
  const all = { ...values };
  for (const [key, value] of Object.entries(changes)) all[prefix + key] = value;
  const lines = Object.entries(all).flatMap(([key, value]) => (value === '' ? [] : [`${key} ${value}\n`]));
  const written = folder.file(`${method}.conf`);
  writeFileSync(written, text(lines.join('')));
  chmodSync(written, mode);
  try {
    return await openBackend({ name: method, path: file(written) });
  } catch (error) {
    if (error instanceof LoginMethodError) return undefined;
    throw error;
  }
}

/** Where sessions begin, as clients were told. */
function observedPlaces({ logins }: Section): string[] {
  return logins.map(({ replies }) => /Current directory is (.*)/.exec(replies[0] ?? '')?.[1] ?? '');
}

async function places(backend: AuthBackend | undefined, { logins }: Section): Promise<string[]> {
  if (backend === undefined) return logins.map(() => '');
  return Promise.all(
    logins.map(async ({ login, password }) => {
      const result = await askBackend(backend, login, password);
      return result.kind === 'accepted' ? result.account.home.directory || '/' : '';
    }),
  );
}

/** Every section of a transcript has a row, and does what it is meant to. */
function replayed(
  method: SqlMethod,
  values: () => Readonly<Record<string, string>>,
  rows: Readonly<Record<string, () => Row>>,
  elsewhere: readonly string[],
): void {
  const all = sectionsOf('sql', `${method}-config.txt`);

  test('every section has a row', () => {
    expect(all.map(({ name }) => name).toSorted()).toEqual([...Object.keys(rows), ...elsewhere].toSorted());
  });

  test.each(all.filter(({ name }) => !elsewhere.includes(name)))('$name', async (section) => {
    const row = rows[section.name]?.();
    if (row === undefined) throw new Error('no such row');
    const backend = await open(method, values(), row);
    const { done, meant } = await replaySection(section, backend, row.meant);
    expect(done).toEqual(meant);
    if (row.meant === undefined) expect(await places(backend, section)).toEqual(observedPlaces(section));
  });
}

describeWith(['root', 'mariadbd'], 'the transcript of files for MySQL', () => {
  let database: MariaDB;
  let closedPort = 0;

  beforeAll(async () => {
    closedPort = await freePort();
    database = await MariaDB.start();
    await database.run(`CREATE DATABASE pureftpd; CREATE USER ftpd@localhost IDENTIFIED BY 'ftpdpw';
      CREATE USER ftpd@127.0.0.1 IDENTIFIED BY 'ftpdpw'; GRANT SELECT ON pureftpd.* TO ftpd@localhost;
      GRANT SELECT ON pureftpd.* TO ftpd@127.0.0.1; USE pureftpd; ${table('')}`);
  });
  afterAll(() => database[Symbol.asyncDispose]());

  const tcp = (...keys: readonly string[]): Record<string, string> => {
    const all: Record<string, string> = { Server: '127.0.0.1', Port: String(database.port), Socket: database.socket };
    return Object.fromEntries(
      ['Server', 'Port', 'Socket'].map((key) => [key, keys.includes(key) ? (all[key] ?? '') : '']),
    );
  };

  const ROWS: Readonly<Record<string, () => Row>> = {
    'missing file': () => ({ file: () => '/nonexistent/x.conf' }),
    'empty file': () => ({ text: () => '' }),
    'only comments': () => ({ text: () => '# one\n  # two\n\n' }),
    directory: () => ({ file: () => folder.path }),
    'mode 0644': () => ({ mode: 0o644 }),
    'mode 0666': () => ({ mode: 0o666 }),
    'mode 0000': () => ({ mode: 0o000 }),
    'without MYSQLSocket': () => without('Socket'),
    'without MYSQLUser': () => lacking('User'),
    'without MYSQLPassword': () => without('Password'),
    'without MYSQLDatabase': () => without('Database'),
    'without MYSQLCrypt': () => lacking('Crypt'),
    'without MYSQLGetPW': () => lacking('GetPW'),
    'without MYSQLGetUID': () => lacking('GetUID'),
    'without MYSQLGetGID': () => lacking('GetGID'),
    'without MYSQLGetDir': () => lacking('GetDir'),
    'unknown key': () => more('MYSQLFoo x'),
    'unknown key 2': () => more('Foo x'),
    'key of PostgreSQL': () => more('PGSQLUser x'),
    'key without value': () => more('MYSQLGetQTAFS'),
    'key with blank value': () => more('MYSQLGetQTAFS   '),
    'key with empty value MYSQLPassword': () => more('MYSQLPassword'),
    'lower case keys': () => renamed((key) => key.toLowerCase()),
    'mixed case keys': () => renamed((key) => key.replace('MYSQL', 'MySql')),
    'leading blanks': () => renamed((key) => `  \t ${key}`),
    'tabs between': () => renamed((key) => `${key}\t\t`),
    'equals sign': () => userLine('MYSQLUser=ftpd'),
    'equals sign with blanks': () => userLine('MYSQLUser = ftpd'),
    colon: () => userLine('MYSQLUser: ftpd'),
    'glued value': () => userLine('MYSQLUserftpd'),
    'trailing blanks': () => ({ text: (lines) => lines.replaceAll('\n', '  \t\n') }),
    CRLF: () => ({ text: (lines) => lines.replaceAll('\n', '\r\n') }),
    'no final newline': () => ({ text: (lines) => lines.trimEnd() }),
    'quoted password': () => ({ changes: { Password: '"ftpdpw"' } }),
    'quoted query': () => query((text) => `"${text}"`),
    'comment after value': () => userLine('MYSQLUser ftpd # the user'),
    'comment in query': () => query((text) => `${text} # a comment`),
    'sql comment in query': () => query((text) => `${text} -- a comment`),
    'indented comment': () => more('   # a comment'),
    'semicolon comment': () => more('; a comment'),
    'duplicate key (first wins?)': () => more("MYSQLGetDir SELECT '/tmp'"),
    'duplicate user': () => ({ text: (lines) => `MYSQLUser nobody\n${lines}` }),
    'query ends with semicolon': () => query((text) => `${text};`),
    'continuation backslash': () => query((text) => text.replace(' FROM', ' \\\nFROM')),
    'prefix key MYSQLGetPWfoo': () => ({ text: (lines) => lines.replace('MYSQLGetPW ', 'MYSQLGetPWfoo ') }),
    'UTF-8 BOM': () => ({ text: (lines) => `\u{FEFF}${lines}` }),
    'long line 4200': () => more(`# ${'x'.repeat(4198)}`),
    'long query': () => query((text) => `${text} ${'-- x'.repeat(600)}`),
    'long query 8191+': () => query((text) => `${text} -- ${'x'.repeat(8200)}`),
    'NUL byte': () => userLine('MYSQLUser ftpd\0and more'),
    'server key and socket': () => ({ changes: tcp('Server', 'Port', 'Socket') }),
    'server localhost without socket': () => ({
      changes: { Socket: '', Server: 'localhost', Port: String(closedPort) },
    }),
    'port wrong 3399': () => ({ changes: { ...tcp('Server'), Port: String(closedPort) } }),
    'relative file': () => ({
      changes: { ...tcp('Server'), Port: String(closedPort) },
      file: (written) => path.relative(process.cwd(), written),
    }),
    // A socket that is given is taken, and the table is there.
    'localhost and a socket': () => ({ changes: { ...tcp('Socket'), Server: 'localhost' }, meant: ['accepted'] }),
    'localhost, a port and a socket': () => ({
      changes: { ...tcp('Socket', 'Port'), Server: 'localhost' },
      meant: ['accepted'],
    }),
    'socket and a port': () => ({ changes: tcp('Socket', 'Port'), meant: ['accepted'] }),
  };

  /** What the port of MySQL has to be there for is asked in `libs/auth/src/sql/configuration.test.ts`, or of `-l` itself. */
  const ELSEWHERE = [
    'no file name',
    'server without port',
    'port garbage',
    'port 0',
    'port 99999',
    'port 3306x',
    'localhost, a port, no socket',
    'name of the machine',
  ];

  replayed('mysql', () => usual('MYSQL', { Socket: database.socket }, ''), ROWS, ELSEWHERE);
});

describeWith(['postgres'], 'the transcript of files for PostgreSQL', () => {
  let database: PostgreSQL;

  beforeAll(async () => {
    database = await PostgreSQL.start();
    // The usual port, as far as a socket has one.
    symlinkSync(`.s.PGSQL.${database.port}`, path.join(database.socketFolder, '.s.PGSQL.5432'));
    await database.run("CREATE ROLE ftpd LOGIN PASSWORD 'ftpdpw'");
    await database.run(String.raw`CREATE ROLE other LOGIN PASSWORD 'a b''c\d"e'`);
    await database.run('CREATE DATABASE pureftpd');
    await database.run(`${table('"')} GRANT SELECT ON users TO ftpd, other`, 'pureftpd');
  });
  afterAll(() => database[Symbol.asyncDispose]());

  const onSocket = (port: string): Row => ({ changes: { Server: database.socketFolder, Port: port } });

  const ROWS: Readonly<Record<string, () => Row>> = {
    baseline: () => ({}),
    'unix socket': () => onSocket(String(database.port)),
    'unix socket, Debian example port': () => onSocket('.s.PGSQL.5432'),
    'without PGSQLServer': () => without('Server'),
    'without PGSQLPort': () => onSocket(''),
    'without PGSQLUser': () => lacking('User'),
    'without PGSQLPassword': () => lacking('Password'),
    'without PGSQLDatabase': () => lacking('Database'),
    'without PGSQLCrypt': () => lacking('Crypt'),
    'without PGSQLGetPW': () => lacking('GetPW'),
    'without PGSQLGetUID': () => lacking('GetUID'),
    'without PGSQLGetGID': () => lacking('GetGID'),
    'without PGSQLGetDir': () => lacking('GetDir'),
    'missing file': () => ({ file: () => '/nonexistent' }),
    'empty file': () => ({ text: () => '' }),
    'unknown key': () => more('PGSQLFoo x'),
    'mysql key': () => more('MYSQLUser x'),
    'PGSQLTransactions key': () => more('PGSQLTransactions On'),
    'PGSQLForceTildeExpansion key': () => more('PGSQLForceTildeExpansion 1'),
    'PGSQLSocket key': () => more(`PGSQLSocket ${database.socketFolder}`),
    'port garbage': () => onSocket('x'),
    'port 99999': () => onSocket('99999'),
    'port 0': () => onSocket('0'),
    // Any value works.
    'password with blank and quote and backslash': () => ({
      changes: { User: 'other', Password: String.raw`a b'c\d"e` },
      meant: ['accepted'],
    }),
    'option injection in database name': () => ({ changes: { Database: "pureftpd' sslmode='disable" } }),
    'sslmode in the server name': () => ({ changes: { Server: "127.0.0.1' sslmode='disable" } }),
    'conninfo in the server key without quotes': () => ({ changes: { Server: '127.0.0.1 sslmode=disable' } }),
    'conninfo as dbname': () => ({ changes: { Database: 'dbname=pureftpd sslmode=disable' } }),
  };

  replayed('pgsql', () => usual('PGSQL', { Server: '127.0.0.1', Port: String(database.port) }, '"'), ROWS, []);
});
