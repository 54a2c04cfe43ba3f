import { decodeName, encodeName } from '@pure-ftpd/protocol';
import { soak } from '@pure-ftpd/testing';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { charset, UnknownCharset } from './charset.ts';
import { Charsets, charsetsOf } from './charsets.ts';

/** Charsets that people have names in, each of another kind. */
const CHARSETS = [
  'UTF-8',
  'ISO-8859-1',
  'ISO-8859-15',
  'CP1250',
  'CP1251',
  'CP1252',
  'CP1253',
  'CP1255',
  'CP1258',
  'CP874',
  'KOI8-R',
  'CP866',
  'CP850',
  'TIS-620',
  'US-ASCII',
  'GBK',
  'GB18030',
  'BIG5',
  'BIG5-HKSCS',
  'SHIFT_JIS',
  'EUC-JP',
  'EUC-KR',
  'CP949',
];

const numRuns = soak(200, 20_000);

const LETTERS = [
  'naïve €',
  'Привет',
  '中文',
  '表示',
  '한글',
  'ｱｲｳ',
  'é',
  'e\u0301',
  'Ê̄',
  '\u{1F600}',
  '¥',
  '‾',
  'ÿ',
  'я',
  'Ъ',
];
const ESCAPES = ['{x41}', '{x7B}', '{x2F}', '{xE9}', '{U+20AC}', '{U+D800}', '{U+110000}', '{', '}', '{x', 'U+'];

/** Bytes in which letters of many charsets, halves of them, and what looks like an escape are all likely. */
const anyBytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 6 }),
      fc.uint8Array({ min: 0x80, maxLength: 6 }),
      fc
        .constantFrom(...LETTERS, ...ESCAPES)
        .chain((text) => fc.constantFrom(...CHARSETS).map((name) => charset(name).encode(text) ?? Buffer.from(text))),
    ),
    { maxLength: 8 },
  )
  .map((parts) => Buffer.concat(parts).subarray(0, 40));

/** Names on a disk, which is any bytes but these two. */
const diskNames = anyBytes.map((bytes) => decodeName(bytes.filter((byte) => byte !== 0 && byte !== 0x2f)));

function controls(bytes: Uint8Array): string {
  return [...bytes].filter((byte) => byte < 0x20 || byte === 0x7f).join();
}

function hasLetterFf(client: string): boolean {
  return new Charsets({ client }).wire('client')?.ffIsLetter === true;
}

describe.each(CHARSETS)('%s', (name) => {
  test('charsets §4 test 1: bytes that were decoded are encoded to the same bytes', () => {
    const table = charset(name);
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(table.encode(table.decode(bytes))).toEqual(bytes);
      }),
      { numRuns },
    );
  });

  test('charsets §4 test 2: every name on disk has one form on the wire, and no two have the same', () => {
    fc.assert(
      fc.property(diskNames, fc.constantFrom(...CHARSETS), (onDisk, client) => {
        const charsets = new Charsets({ client, fileSystem: name });
        const shown = charsets.disk?.fromDisk(onDisk) ?? onDisk;
        expect(charsets.disk?.toDisk(shown) ?? shown).toBe(onDisk);
        for (const spoken of ['client', 'utf8'] as const) {
          const wire = charsets.wire(spoken);
          const sent = wire?.encode(shown) ?? encodeName(shown);
          expect(wire?.decode(sent) ?? decodeName(sent)).toBe(shown);
          expect(controls(sent)).toBe(controls(encodeName(onDisk)));
        }
      }),
      { numRuns },
    );
  });

  test('no letter is written with a byte that separates names, ends a line, or makes a name hidden', () => {
    const table = charset(name);
    for (let lead = 0x80; lead <= 0xff; lead++) {
      for (const trail of [0, 0x0a, 0x0d, 0x20, 0x2e, 0x2f, 0x7f])
        expect(table.decode(Buffer.of(lead, trail)).at(-1)).toBe(String.fromCharCode(trail));
    }
  });
});

test.each([
  ['EUC-JP', '8fa2af8fb0a1', '˘丂'],
  ['GB18030', '8139ee398130a63081', '㐀ȗ\udc81'],
])('%s has characters of more than two bytes, also beside bytes that are none', (name, bytes, text) => {
  const table = charset(name);
  expect(table.decode(Buffer.from(bytes, 'hex'))).toBe(text);
  expect(table.decode(Buffer.from(`${bytes}ff`, 'hex'))).toBe(`${text}\udcff`);
  expect(table.encode(`${text}\udcff`)?.toString('hex')).toBe(`${bytes}ff`);
});

test('charsets §4 test 13: what is no charset of names is refused', () => {
  const refused = ['UTF-16', 'UTF-16LE', 'UTF-32', 'UTF-7', 'UTF-7-IMAP', 'UCS-2', 'base64', 'hex', 'binary', 'CESU-8'];
  const unknown = [
    '',
    'ISO-2022-JP',
    'EBCDIC',
    'CP037',
    'KLINGON',
    '__proto__',
    'constructor',
    'auto:GBK',
    'GBK\n',
    '../tables',
  ];
  for (const name of [...refused, ...unknown]) expect(() => charset(name), name).toThrow(UnknownCharset);
  for (const name of ['utf8', 'Latin1', 'windows-1251', 'sjis', 'CP932', 'EUC_KR', 'cp936', 'Big5'])
    expect(() => charset(name), name).not.toThrow();
});

test('where all is UTF-8 there is nothing to convert with', () => {
  expect(charsetsOf({})).toBeUndefined();
  expect(charsetsOf({ client: 'utf8', fileSystem: 'UTF8' })).toBeUndefined();
  expect(charsetsOf({ client: 'auto:UTF-8' })).toBeUndefined();
  expect(charsetsOf({ client: 'GBK' })?.disk).toBeUndefined();
  expect(charsetsOf({ client: 'GBK' })?.wire('utf8')).toBeUndefined();
});

describe('a session that speaks ISO-8859-1, and a disk of UTF-8', () => {
  const wire = new Charsets({ client: 'ISO-8859-1' }).wire('client');
  const said = (text: string): string | undefined => wire?.encode(text).toString('latin1');

  test.each([
    ['café', 'caf\xe9'],
    ['caf\udce9', 'caf{xE9}'],
    ['€', '{U+20AC}'],
    ['\u{1F600}', '{U+1F600}'],
    ['{x41}', '{x7B}x41}'],
    ['{U+20AC}', '{x7B}U+20AC}'],
    ['{x4', '{x4'],
    ['\x85', '\x85'],
  ])('says %j as %j, and reads it so', (text, bytes) => {
    expect(said(text)).toBe(bytes);
    expect(wire?.decode(Buffer.from(bytes, 'latin1'))).toBe(text);
  });

  test.each([
    ['{x2F}', '\udc2f'],
    ['{x00}', '\udc00'],
    ['{x0a}', '\udc0a'],
    ['{U+002F}', '\udc2f'],
    ['{U+007f}', '\udc7f'],
  ])('reads %j as what no name can have', (bytes, text) => {
    expect(wire?.decode(Buffer.from(bytes))).toBe(text);
  });

  test.each(['{U+D800}', '{U+110000}', '{U+E9}', '{xE}', '{xE99}', '{u+00E9}'])('takes %j for no escape', (text) => {
    expect(wire?.decode(Buffer.from(text))).toBe(text);
    expect(said(text)).toBe(text);
  });
});

test('a letter that its charset writes as a backslash is none', () => {
  const wire = new Charsets({ client: 'SHIFT_JIS' }).wire('client');
  expect(wire?.encode('¥').toString()).toBe('{U+00A5}');
  expect(wire?.decode(Buffer.of(0x95, 0x5c))).toBe('表');
});

test('the byte 0xFF is a letter where bytes go one by one and have it', () => {
  expect(CHARSETS.filter(hasLetterFf)).toEqual([
    'ISO-8859-1',
    'ISO-8859-15',
    'CP1250',
    'CP1251',
    'CP1252',
    'CP1258',
    'KOI8-R',
    'CP866',
    'CP850',
  ]);
});

test('charsets §4 test 7: what was sent as letter and accent is one letter on a disk that has it so', () => {
  const disk = new Charsets({ fileSystem: 'ISO-8859-1' }).disk;
  expect(disk?.toDisk('cafe\u0301')).toBe('caf\udce9');
  expect(disk?.toDisk('x\u0301')).toBeUndefined();
  expect(charsetsOf({})?.disk).toBeUndefined();
});

test('charsets §4 test 6: what a disk has no letter for cannot be written', () => {
  expect(new Charsets({ fileSystem: 'ISO-8859-1' }).disk?.toDisk('€')).toBeUndefined();
  expect(new Charsets({ fileSystem: 'ISO-8859-15' }).disk?.toDisk('€')).toBe('\udca4');
});
