// What is refused, and that nothing changes then.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { SUBCOMMANDS } from '../commands.ts';
import { CommandError } from '../exit-status.ts';
import { csvRow, csvRows } from './csv.ts';

const BOB = 'bob:*:1000:1000::/srv/bob/./::::::::::::\n';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'users-'));
  writeFileSync(join(folder, 'users.passwd'), BOB);
});
afterEach(() => rmSync(folder, { recursive: true }));

type Words = Readonly<Record<string, string>>;

/** Runs a subcommand as its command line would. @returns status and message of its refusal */
async function refusal(action: string, operands: Words, given: Words = {}): Promise<readonly [number, string]> {
  const command = SUBCOMMANDS.find(({ name }) => name === `user ${action}`);
  const values = Object.entries({ ...given, file: join(folder, 'users.passwd') }).map(([key, value]) => [key, [value]]);
  const flags = Object.keys(given).filter((key) => given[key] === '');
  try {
    await command?.run({ operands, options: new Set(flags), values: Object.fromEntries(values), switches: [] });
  } catch (error) {
    if (error instanceof CommandError) return [error.status, error.message];
    throw error;
  }
  throw new Error('it was not refused');
}

function unchanged(): void {
  expect(readFileSync(join(folder, 'users.passwd'), 'utf8')).toBe(BOB);
  expect(existsSync(join(folder, 'users.pdb'))).toBe(false);
}

const NEW: Words = { owner: '1', group: '1', home: '/b' };

const CHANGES: readonly (readonly [string, string, Words, number, string])[] = [
  ['add', 'bob', { ...NEW, locked: '' }, 3, 'bob is there already: user set changes it'],
  ['add', 'new', { home: '/b' }, 2, '--owner is needed: the system user whom the files belong to'],
  ['add', 'new', { owner: '4000000', home: '/b' }, 2, '--group is needed: this number has no user, and so no group'],
  ['add', 'new', { owner: '0', home: '/b' }, 2, '--owner 0: nobody logs in as root: choose another'],
  ['add', 'new', { owner: 'no such', home: '/b' }, 2, '--owner no such: there is no user of this name'],
  ['add', 'new', { owner: '1', home: 'b' }, 2, '--home b: a path from the root on is expected'],
  ['add', 'a:b', { ...NEW, locked: '' }, 3, 'user a:b: "a:b" has a colon, CR, LF or NUL'],
  ['set', 'bob', { 'max-files': '1k' }, 2, '--max-files 1k: a whole number from 0 on is expected'],
  ['set', 'bob', { 'max-size': '99999999999999' }, 2, '--max-size 99999999999999: a smaller number is expected'],
  ['set', 'bob', { 'upload-ratio': '0' }, 2, '--upload-ratio 0: a number above 0 is expected'],
  ['set', 'bob', { hours: '9-18' }, 2, '--hours 9-18: hours are expected as hhmm-hhmm: 0900-1800'],
  ['set', 'bob', { 'full-name': 'a:b' }, 3, 'user bob: "a:b" has a colon, CR, LF or NUL'],
  ['set', 'nobody', {}, 3, 'there is no user nobody'],
  ['lock', 'nobody', {}, 3, 'there is no user nobody'],
  ['unlock', 'bob', {}, 3, 'bob has no password: give one by user set --password'],
  ['remove', 'nobody', {}, 3, 'there is no user nobody'],
  ['show', 'nobody', {}, 3, 'there is no user nobody'],
];

test.each(CHANGES)('%s %s %j is refused, and nothing changes', async (action, login, given, status, reason) => {
  expect(await refusal(action, { login }, given)).toEqual([status, reason]);
  unchanged();
});

const IMPORTS: readonly (readonly [string, string, RegExp])[] = [
  ['no JSON', '[{"login":', /: no JSON: /],
  ['a list is expected', '{"users":[]}', /: a list of users is expected$/],
  ['an unknown field', '[{"login":"a","uid":1,"quota":5}]', /: user 1: unknown field: quota$/],
  [
    'a value of another kind',
    '[{"login":"bob","uid":"x"}]',
    /: user 1 \(bob\): uid: a whole number from 0 on is expected$/,
  ],
  ['a number that is none', '[{"login":"bob","maxFiles":1.5}]', /maxFiles: a whole number from 0 on is expected$/],
  ['root', '[{"login":"bob","uid":0}]', /uid: a number from 1 to 4294967294 is expected$/],
  ['a colon in a field', '[{"login":"bob","fullName":"a:b"}]', /user bob: "a:b" has a colon, CR, LF or NUL$/],
  ['a login twice', '[{"login":"bob"},{"login":"bob"}]', /: user 2 \(bob\): a second user of this login$/],
  ['nobody', '[{"uid":1}]', /: user 1: a user without a login$/],
  ['a new user without a home', '[{"login":"c","uid":1,"gid":1}]', /: user 1 \(c\): a new user needs home$/],
  ['a row that is too short', 'login,uid\nbob\n', /:2: 1 cells, and 2 titles$/],
  ['an open quote', 'login,fullName\nbob,"b\n', /: line 2: a cell in quotes that does not end/],
];

describe('an import', () => {
  test.each(IMPORTS)('of %s is refused whole', async (_, content, reason) => {
    writeFileSync(join(folder, 'in'), content);
    const [status, message] = await refusal('import', { source: join(folder, 'in') });
    expect(status).toBe(3);
    expect(message).toMatch(reason);
    expect(message).not.toContain('\n');
    unchanged();
  });

  test('of a file that is not there is refused', async () => {
    const missing = join(folder, 'none');
    expect(await refusal('import', { source: missing })).toEqual([3, `${missing}: No such file or directory`]);
  });
});

describe('comma-separated values', () => {
  test('are what was written, whatever it is', () => {
    const cell = fc.oneof(fc.string(), fc.constantFrom('"', ',', ';', '\r\n', '\n', 'a"b', ''));
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 })), (rows) => {
        // The first line tells what separates cells.
        const text = csvRow(['a', 'b']) + rows.map(csvRow).join('');
        expect([...csvRows(text)].map(({ cells }) => cells)).toEqual([['a', 'b'], ...rows]);
      }),
    );
  });

  test('may have semicolons, any ends of lines, and lines with nothing', () => {
    expect([...csvRows('a;b\r\n\r\n1,5;"2;\n"\r3;4')]).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 3, cells: ['1,5', '2;\n'] },
      { line: 5, cells: ['3', '4'] },
    ]);
  });

  test('with a cell of a hundred thousand quotes are read at once', () => {
    const long = '"'.repeat(100_000);
    expect([...csvRows(csvRow(['a', long]))]).toEqual([{ line: 1, cells: ['a', long] }]);
  });
});
