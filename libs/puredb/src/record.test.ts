import { describe, expect, test } from 'vitest';
import { PureDB } from './database-reader.ts';
import { NO_QUOTA, parseRecord, type RecordResult, type UserRecord } from './record.ts';
import { testData, testTable } from './testing/test-data.ts';

function parse(value: string): RecordResult {
  return parseRecord('u', Buffer.from(value, 'latin1'));
}

function accepted(value: string): UserRecord {
  const result = parse(value);
  if (result.kind !== 'record') throw new Error(result.message);
  return result.record;
}

describe('records of the C tool', () => {
  // Where the server is stricter than C, on purpose: ids that are not plain digits.
  const STRICTER = new Set(['uidspace', 'plus']);

  using database = PureDB.open(testData('databases/fields.pdb'));
  const rows = testTable('databases/fields.EXPECTED.tsv').map(([login = '', fields = '', , expected = '']) => {
    const found = database.lookup(login);
    if (found.kind !== 'found') throw new Error(`${login} is not in the database`);
    return { login, fields, expected, result: parseRecord(login, found.value) };
  });

  test.each(rows)('$login ($fields): $expected', ({ login, expected, result }) => {
    const refused = expected === 'refuse' || STRICTER.has(login);
    expect(result.kind).toBe(refused ? 'refused' : 'record');
  });
});

describe('a full record', () => {
  test('has every field in its place', () => {
    expect(accepted('$1$x:3001:3002:G E C:/srv/./in:1:2:3:4:5:6:7:al:dl:ac:dc:900-1800')).toEqual({
      login: 'u',
      passwordHash: '$1$x',
      uid: 3001,
      gid: 3002,
      gecos: 'G E C',
      home: '/srv/./in',
      uploadBandwidth: 1n,
      downloadBandwidth: 2n,
      uploadRatio: 3,
      downloadRatio: 4,
      maxSessions: 5,
      maxFiles: 6n,
      maxSize: 7n,
      allowedLocal: 'al',
      deniedLocal: 'dl',
      allowedClient: 'ac',
      deniedClient: 'dc',
      timeRange: { begin: 900, end: 1800 },
    });
  });

  test('keeps 64 bits', () => {
    const record = accepted('x:1:1::/:18446744073709551615:9007199254740993:::: -1:18446744073709551614');
    expect(record.uploadBandwidth).toBe(18446744073709551615n);
    expect(record.downloadBandwidth).toBe(9007199254740993n);
    expect(record.maxFiles).toBe(NO_QUOTA);
    expect(record.maxSize).toBe(18446744073709551614n);
  });

  test('keeps 0 apart from nothing where they differ', () => {
    const zero = accepted('x:1:1::/:0:0:0:0:0:0:0');
    expect(zero).toMatchObject({ maxSessions: 0, maxFiles: 0n, maxSize: 0n });
    expect([zero.uploadBandwidth, zero.downloadBandwidth, zero.uploadRatio, zero.downloadRatio]).toEqual(
      Array(4).fill(undefined),
    );
    const nothing = accepted('x:1:1::/:::::::');
    expect([nothing.maxSessions, nothing.maxFiles, nothing.maxSize]).toEqual(Array(3).fill(undefined));
  });

  test('keeps a missing list apart from an empty one', () => {
    expect(accepted('x:1:1::/::::::::a:')).toMatchObject({
      allowedLocal: 'a',
      deniedLocal: '',
      allowedClient: undefined,
      deniedClient: undefined,
    });
  });

  test('has names as bytes', () => {
    expect(accepted('x:1:1::/caf\xc3\xa9/\xff').home).toBe('/café/\udcff');
  });
});

describe('refused records', () => {
  test.each([
    ['', 'hash'],
    [':1:1::/', 'hash'],
    ['x', 'uid'],
    ['x::1::/', 'uid'],
    ['x:0:1::/', 'uid'],
    ['x:-1:1::/', 'uid'],
    ['x: 1:1::/', 'uid'],
    ['x:+1:1::/', 'uid'],
    ['x:12x:1::/', 'uid'],
    ['x:0x10:1::/', 'uid'],
    ['x:1e3:1::/', 'uid'],
    ['x:4294967295:1::/', 'uid'],
    ['x:4294969297:1::/', 'uid'],
    ['x:1:-2:g:/', 'gid'],
    ['x:1:abc:g:/', 'gid'],
    ['x:1:1', 'missingField'],
    ['x:1:1:g', 'missingField'],
    ['x:1:1:g:', 'home'],
    ['x:1:1:g:home', 'home'],
    ['x:1:1:g:\0/', 'home'],
    ['x:1:1::/::::::::::::0-2359xyz', 'timeRange'],
    ['x:1:1::/::::::::::::junk', 'timeRange'],
    ['x:1:1::/::::::::::2001:db8::77::', 'extraFields'],
    ['x:1:1::/::::::::::::0-2359:', 'extraFields'],
  ])('"%s": %s', (value, reason) => {
    expect(parse(value)).toMatchObject({ kind: 'refused', reason });
  });

  test('the largest ids are taken', () => {
    expect(accepted('x:4294967294:1::/').uid).toBe(4294967294);
  });

  test('the message is one line that names the user', () => {
    const result = parseRecord('a\nb', Buffer.from('x:1\x1b[2J:1::/'));
    expect(result).toMatchObject({ message: 'user a\\x0ab: uid "1\\x1b[2J" is not a number from 1 to 4294967294' });
  });
});
