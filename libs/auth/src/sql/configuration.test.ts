import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { LoginMethodError } from '../method.ts';
import { readSqlConfiguration } from './configuration.ts';
import type { SqlDialect } from './lexer.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sql-configuration-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const QUERIES = ['GetPW', 'GetUID', 'GetGID', 'GetDir'].map((key) => `MYSQL${key} SELECT x FROM u WHERE l='\\L'`);
const GOOD = ['MYSQLServer localhost', 'MYSQLSocket /s', 'MYSQLUser ftpd', 'MYSQLCrypt any', ...QUERIES];

function file(lines: readonly string[] | Buffer): string {
  const name = path.join(folder, 'sql.conf');
  writeFileSync(name, Buffer.isBuffer(lines) ? lines : `${lines.join('\n')}\n`);
  chmodSync(name, 0o640);
  return name;
}

function read(lines: readonly string[], dialect: SqlDialect = 'mysql') {
  return readSqlConfiguration(file(lines), dialect);
}

function errorOf(lines: readonly string[] | Buffer, dialect: SqlDialect = 'mysql'): string {
  try {
    readSqlConfiguration(file(lines), dialect);
  } catch (error) {
    if (!(error instanceof LoginMethodError)) throw error;
    expect(error.code).toBe('CONFIGURATION');
    return error.message.replace(path.join(folder, 'sql.conf'), 'FILE');
  }
  return 'none';
}

function without(key: string): string[] {
  return GOOD.filter((line) => !line.startsWith(key));
}

/** A file of PostgreSQL. */
function ofPostgreSQL(server: string): string[] {
  const lines = [`MYSQLServer ${server}`, ...without('MYSQLS'), 'MYSQLPassword p', 'MYSQLDatabase d'];
  return lines.map((line) => line.replace('MYSQL', 'PGSQL'));
}

describe('a file', () => {
  test('is read as C reads it', () => {
    const { server, scheme, uid } = read([
      '  # a comment',
      '\tmysqluserftpd  ',
      'MYSQLServer db.example.org',
      'MYSQLPort 3307x',
      'MYSQLPassword a "b" # c\r',
      'MYSQLDatabase one',
      'MYSQLDatabase two',
      'MYSQLCrypt plaintext',
      'MYSQLDefaultUID 2015 # ftp',
      'MYSQLDefaultGID 2015',
      "MYSQLGetPW SELECT\tx FROM u WHERE l='\\L';",
      "MYSQLGetDir SELECT x FROM u WHERE l='\\L'",
    ]);
    expect(server).toEqual({
      host: 'db.example.org',
      port: 3307,
      socketPath: undefined,
      user: 'ftpd',
      password: 'a "b" # c',
      database: 'two',
      tls: 'no',
      tlsCa: undefined,
    });
    expect([scheme, uid]).toEqual(['cleartext', { fixed: '2015' }]);
  });

  test('has no line end at its end, or a NUL in a line', () => {
    expect(readSqlConfiguration(file(Buffer.from(GOOD.join('\n'))), 'mysql').scheme).toBe('any');
    expect(
      readSqlConfiguration(file(Buffer.from(`${GOOD.join('\n')}\nMYSQLPassword a\0b\n`)), 'mysql').server.password,
    ).toBe('a');
  });

  test('that anybody may read, with a password in it, is told', () => {
    const name = file([...GOOD, 'MYSQLPassword x']);
    chmodSync(name, 0o644);
    expect(readSqlConfiguration(name, 'mysql').warnings).toEqual([
      `${name}: anybody may read this file, which has a password: chmod 640`,
    ]);
  });

  test.each([
    ['MYSQLPort 3307x', 3307],
    ['MYSQLPort garbage', 3306],
    ['MYSQLPort 0', 3306],
    ['MYSQLPort 99999', 3306],
    ['# none', 3306],
  ])('has a port that begins with digits, or the usual one: %s', (line, port) => {
    const { server } = read([...without('MYSQLS'), 'MYSQLServer 127.0.0.1', line]);
    expect(server).toMatchObject({ host: '127.0.0.1', port, socketPath: undefined });
  });

  test('of PostgreSQL names a folder of a socket, and asks for TLS elsewhere', () => {
    expect(read(ofPostgreSQL('/run/x'), 'pgsql').server).toMatchObject({
      host: '',
      socketPath: '/run/x',
      port: 5432,
      tls: 'no',
    });
    expect(read([...ofPostgreSQL('db'), 'PGSQLPort .s.PGSQL.5432'], 'pgsql').server).toMatchObject({
      host: 'db',
      port: 5432,
      tls: 'prefer',
    });
  });
});

test.each([
  ['md5', 'md5'],
  ['SHA1', 'sha1'],
  ['password', 'password'],
])('the old scheme %s is known, and a warning says the way out', (word, scheme) => {
  const { scheme: read_, warnings } = read([...without('MYSQLCrypt'), `MYSQLCrypt ${word}`]);
  expect(read_).toBe(scheme);
  expect(warnings.join()).toMatch(new RegExp(`sql.conf:8: MYSQLCrypt ${word}: .*pure-pw hash`));
});

test.each<[string, readonly string[] | Buffer, RegExp]>([
  ['an unknown key', [...GOOD, 'MYSQLPasword x'], /^FILE:9: unknown key: MYSQLPasword /],
  ['a key of the other database', [...GOOD, 'PGSQLUser x'], /^FILE:9: unknown key/],
  ['a key without a value', [...GOOD, 'MYSQLPassword'], /^FILE:9: MYSQLPassword has no value/],
  ['a byte order mark', Buffer.from(`\u{FEFF}${GOOD.join('\n')}`), /^FILE:1: unknown key/],
  ['a line that is too long', [...GOOD, `# ${'x'.repeat(2047)}`], /^FILE:9: the line has more than 2047 bytes/],
  ['an empty file', [], /^FILE: MYSQLServer: is missing/],
  ['no user', without('MYSQLUser'), /^FILE: MYSQLUser: is missing/],
  ['no scheme', without('MYSQLCrypt'), /^FILE: MYSQLCrypt: is missing/],
  [
    'a scheme that means nothing',
    [...without('MYSQLCrypt'), 'MYSQLCrypt md4'],
    /^FILE:8: MYSQLCrypt: md4 is no scheme: any, /,
  ],
  ['no query', without('MYSQLGetDir'), /^FILE: MYSQLGetDir: is missing/],
  [
    'a query with an open quote',
    [...without('MYSQLGetDir'), "MYSQLGetDir SELECT '"],
    /^FILE:8: MYSQLGetDir: a ' is open/,
  ],
  [
    'a use of TLS that means nothing',
    [...GOOD, 'MYSQLUseTLS yes'],
    /^FILE:9: MYSQLUseTLS: one of no, prefer, require, verify/,
  ],
])('%s stops the start, with the line', (_, lines, message) => {
  expect(errorOf(lines)).toMatch(message);
});

test('a file that is not there, or a directory, stops the start', () => {
  expect(() => readSqlConfiguration(path.join(folder, 'missing'), 'mysql')).toThrow(/missing: cannot be read: ENOENT/);
  expect(() => readSqlConfiguration(folder, 'mysql')).toThrow(/is no file/);
});
