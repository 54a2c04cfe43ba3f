import { expect, test } from 'vitest';
import { hashKey } from './format.ts';

test.each([
  ['', 0x00001505],
  ['a', 0x0002b5c4],
  ['alice', 0x09d968e7],
  ['bob', 0x0b8747aa],
  ['carol', 0x0a53e016],
])('the hash of "%s" is the one of the C library', (key, hash) => {
  expect(hashKey(Buffer.from(key))).toBe(hash);
});

test('different keys may have one hash', () => {
  const keys = ['fnK', 'fMH', 'f0U', 'GoK', 'GLH', 'G1U', '9pJ', '9OU', '92H'];
  expect(new Set(keys.map((key) => hashKey(Buffer.from(key))))).toEqual(new Set([0x0b87eba6]));
});

test('only the given part of the bytes is hashed', () => {
  expect(hashKey(Buffer.from('x:alice:y'), 2, 7)).toBe(0x09d968e7);
});
