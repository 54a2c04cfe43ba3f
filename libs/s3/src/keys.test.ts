import { decodeName } from '@pure-ftpd/protocol';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decodeListed, decodeSegment, encodeSegment, keyOf } from './keys.ts';

/** Names as they come from the wire. */
const names = fc
  .uint8Array({ minLength: 1, maxLength: 60 })
  .map((bytes) => decodeName(bytes.map((byte) => (byte === 0x2f ? 0x2e : byte))))
  .filter((name) => name !== '.' && name !== '..');

describe('names', () => {
  test('of any bytes are keys of valid UTF-8, and come back', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          names,
          fc
            .array(fc.constantFrom('\u201b', 'A', 'F', '9', '\udcc3', '\udca9'))
            .map((all) => all.join(''))
            .filter((name) => name !== '' && decodeName(Buffer.from(name)) === name),
        ),
        (name) => {
          const segment = encodeSegment(name);
          expect(segment.isWellFormed()).toBe(true);
          expect(decodeSegment(segment)).toBe(name);
        },
      ),
    );
  });

  test('that are text are their own keys', () => {
    for (const name of ['plain', 'Ünïcode 名', 'a+b %41?#&', '\u201bquoted\u201b', 'tab\there', '\u{1f600}'])
      expect(encodeSegment(name)).toBe(name);
  });

  test('have bytes that are no UTF-8 as rclone writes them', () => {
    expect(encodeSegment(decodeName(Buffer.from([0x61, 0xff, 0x62])))).toBe('a\u201bFFb');
  });

  test('of keys that lead elsewhere are none', () => {
    for (const segment of ['', '.', '..', 'a/b', 'a\u201b\u201b', '\u201bC3\u201bA9', '\ud800'])
      expect(decodeSegment(segment), segment).toBeUndefined();
  });
});

describe('a path', () => {
  test('is below the prefix, or refused', () => {
    expect(keyOf('p/', '/', 'stat')).toBe('p/');
    expect(keyOf('p/', '/a/b', 'stat')).toBe('p/a/b');
    for (const path of ['', 'a', '/../x', '/a/../x', '/./a', '//a', '/a//b', '/a/'])
      expect(() => keyOf('p/', path, 'stat'), path).toThrow('EINVAL');
  });

  test('has as many bytes as a key can have', () => {
    expect(() => keyOf('p/', `/${'x'.repeat(1021)}`, 'stat')).not.toThrow();
    expect(() => keyOf('p/', `/${'x'.repeat(1022)}`, 'stat')).toThrow('ENAMETOOLONG');
    expect(() => keyOf('', '/\ud800', 'stat')).toThrow('EILSEQ');
  });
});

test('a listing is read in either way of writing a space', () => {
  expect(decodeListed('a+b%2Bc%20d%2F')).toBe('a b+c d/');
});
