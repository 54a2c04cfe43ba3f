import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { decodeName } from '@pure-ftpd/protocol';
import { expect, test } from 'vitest';
import { parseRecord, type UserRecord } from './record.ts';
import { testData } from './testing/test-data.ts';
import { MAX_LINE } from './text-lines.ts';
import { formatTextLine, isPlainUser, parseTextLine } from './text-record.ts';

function normalised(line: string): string | undefined {
  const result = parseTextLine(Buffer.from(line, 'latin1'));
  return result.kind === 'user' ? formatTextLine(result.record).toString('latin1') : undefined;
}

// Each as the C pure-pw 1.0.50 rewrote it.
test.each([
  ['u1:*:-1:-2:g:/h', 'u1:*:4294967295:4294967294:g:/h::::::::::::'],
  ['u2:*:4294967296:1:g:/h', undefined],
  ['u3:*:4294967297:4294967298:g:/h', 'u3:*:1:2:g:/h::::::::::::'],
  ['u4:*: 12: +13:g:/h', 'u4:*:12:13:g:/h::::::::::::'],
  ['u5:*:12abc:13:g:/h', 'u5:*:12:13:g:/h::::::::::::'],
  ['ovf:*:99999999999999999999:1:g:/h', 'ovf:*:4294967295:1:g:/h::::::::::::'],
  ['neg:*:-4294967296:1:g:/h', undefined],
  ['r1:*:1:1:g:/h:::4294967297:4294967296:4294967297::', 'r1:*:1:1:g:/h:::1::1:::::::'],
  [
    'r2:*:1:1:g:/h:99999999999999999999:-5: 7: +8:-1:99999999999999999999:-3',
    'r2:*:1:1:g:/h:18446744073709551615:18446744073709551611:7:8:4294967295:18446744073709551615:18446744073709551613:::::',
  ],
  ['r3:*:1:1:g:/h:::0:0:0:0:0', 'r3:*:1:1:g:/h::::::0:0:::::'],
  ['n1:*:1:1:g:/h: :x: : : : :', 'n1:*:1:1:g:/h:0:0::::0::::::'],
  ['l3:*:1:1:g:/h::::::::a:b:c', 'l3:*:1:1:g:/h::::::::a:b:c::'],
  ['nul:*:1:1:g:/h\0x:5:6', 'nul:*:1:1:g:/h::::::::::::'],
  ['crlf:*:1:1:g:/h\r\n', 'crlf:*:1:1:g:/h::::::::::::'],
  ['s0:*:1:1:g', undefined],
  ['ws:*:1:1:g: /h', undefined],
])('pure-pw makes of "%s": %s', (line, expected) => {
  expect(normalised(line)).toBe(expected === undefined ? undefined : `${expected}\n`);
});

test('comments and empty lines are skipped, others without user are invalid by name', () => {
  for (const line of ['', '\n', '\r\n', '#a:b\n', '\0a:*:1:1::/']) {
    expect(parseTextLine(Buffer.from(line))).toEqual({ kind: 'skipped' });
  }
  expect(parseTextLine(Buffer.from('  spaces\n'))).toEqual({ kind: 'invalid', login: '  spaces' });
  expect(parseTextLine(Buffer.from(' #x:y\n'))).toEqual({ kind: 'invalid', login: ' #x' });
  expect(parseTextLine(Buffer.from(':*:1:1::/\n'))).toEqual({ kind: 'invalid', login: '' });
});

test('lists of the C tool are read alike', () => {
  for (const name of ['records.list.out', 'list-odd-lines.out']) {
    const source = name === 'records.list.out' ? 'records/records.passwd' : 'databases/odd-lines.passwd';
    const listed = readFileSync(testData(source), 'latin1')
      .split('\n')
      .map((line) => parseTextLine(Buffer.from(line, 'latin1')))
      .filter((line) => line.kind === 'user')
      .map(({ record }) => `${record.login}\t${record.home}\t${record.gecos}\n`)
      .join('');
    expect(listed).toBe(readFileSync(testData(`records/${name}`), 'latin1'));
  }
});

const text = fc
  .uint8Array({ maxLength: 40 })
  .map((bytes) => decodeName(bytes.filter((byte) => ![0, 0x0a, 0x0d, 0x3a].includes(byte))));
const uint32 = fc.integer({ min: 1, max: 2 ** 32 - 1 });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const option = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const record: fc.Arbitrary<UserRecord> = fc.record({
  login: text.filter((login) => login !== '' && !login.startsWith('#')),
  passwordHash: text.filter((hash) => hash !== ''),
  uid: fc.integer({ min: 1, max: 2 ** 32 - 2 }),
  gid: fc.integer({ min: 1, max: 2 ** 32 - 2 }),
  gecos: text,
  home: text.map((path) => `/${path}`),
  uploadBandwidth: option(uint64.filter((rate) => rate > 0n)),
  downloadBandwidth: option(uint64.filter((rate) => rate > 0n)),
  uploadRatio: option(uint32),
  downloadRatio: option(uint32),
  maxSessions: option(uint32),
  maxFiles: option(uint64),
  maxSize: option(uint64),
  allowedLocal: text,
  deniedLocal: text,
  allowedClient: text,
  deniedClient: text,
  timeRange: option(fc.constant({ begin: 900, end: 1800 })),
});

test('what is written is read back, by the tools and by the server', () => {
  fc.assert(
    fc.property(record, (record) => {
      const line = formatTextLine(record);
      expect(parseTextLine(line)).toEqual({ kind: 'user', record });
      const colon = line.indexOf(':');
      expect(parseRecord(record.login, line.subarray(colon + 1, -1))).toEqual({ kind: 'record', record });
    }),
  );
});

test('a line that is passed by as a user is one, and whole lines of users are', () => {
  const ids = ['1', '3001', '999999999', '0', '', '-1', ' 1', '0x1', '4294967296', '1\r'];
  const choices = [
    ['u', '\xff', '', '#u', 'u\0'],
    ['*', '', '*\n'],
    ids,
    ids,
    ['', 'g', '\r'],
    ['/', '/h:', 'h', '', '\0/'],
  ];
  let lines = [''];
  for (const [field, values] of choices.entries()) {
    lines = lines.flatMap((line) => values.map((value) => (field === 0 ? value : `${line}:${value}`)));
  }
  const passedBy = lines.map((line) => Buffer.from(line, 'latin1')).filter((line) => isPlainUser(line, 0, line.length));
  expect(passedBy.filter((line) => parseTextLine(line).kind !== 'user')).toEqual([]);
  // Two logins, one hash, three uids, three gids, two gecos, two homes.
  expect(passedBy.length).toBe(2 * 3 * 3 * 2 * 2);
});

test('any bytes are read without failing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), (bytes, numbers) => {
      parseTextLine(bytes);
      parseTextLine(Buffer.from(`u:*:1:1::/:${numbers}:${numbers}`));
    }),
  );
});

test('a record that would break the file is refused', () => {
  const result = parseTextLine(Buffer.from('u:*:1:1:g:/h'));
  if (result.kind !== 'user') throw new Error('invalid');
  const refused: Partial<UserRecord>[] = [
    { login: '' },
    { login: '#u' },
    { login: 'u\nroot' },
    { gecos: 'a:b' },
    { home: '/a\r' },
    { passwordHash: 'a\0b' },
    { allowedClient: '2001:db8::/32' },
    { gecos: 'x'.repeat(MAX_LINE) },
  ];
  for (const change of refused) {
    expect(() => formatTextLine({ ...result.record, ...change })).toThrow(
      expect.objectContaining({ code: 'INVALID_RECORD' }),
    );
  }
  const rest = formatTextLine({ ...result.record, gecos: '' }).length;
  expect(formatTextLine({ ...result.record, gecos: 'x'.repeat(MAX_LINE - rest) }).length).toBe(MAX_LINE);
});
