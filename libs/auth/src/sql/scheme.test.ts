import { createHash } from 'node:crypto';

import { expect, test } from 'vitest';

import { parseScheme, type SqlScheme, verifyStored } from './scheme.ts';

const CRYPT = '$1$golden00$DPibADmVwkcjtPf6igkkJ.';
const MD5 = createHash('md5').update('golden').digest('hex');
const SHA1 = createHash('sha1').update('golden').digest('hex');
const MYSQL = `*${createHash('sha1').update(createHash('sha1').update('golden').digest()).digest('hex').toUpperCase()}`;

test.each<[SqlScheme, string, string, string]>([
  ['crypt', CRYPT, 'golden', 'right'],
  ['crypt', CRYPT, 'Golden', 'wrong'],
  ['any', CRYPT, 'golden', 'right'],
  ['any', MD5, 'golden', 'wrong'],
  ['any', 'golden', 'golden', 'wrong'],
  ['argon2', CRYPT, 'golden', 'unfit'],
  ['scrypt', CRYPT, 'golden', 'unfit'],
  ['cleartext', 'golden', 'golden', 'right'],
  ['cleartext', 'golden', 'Golden', 'wrong'],
  ['cleartext', CRYPT, 'golden', 'wrong'],
  ['md5', MD5, 'golden', 'right'],
  ['md5', MD5.toUpperCase(), 'golden', 'right'],
  ['md5', MD5, MD5, 'wrong'],
  ['md5', 'golden', 'golden', 'unfit'],
  ['sha1', SHA1, 'golden', 'right'],
  ['sha1', SHA1, SHA1, 'wrong'],
  ['sha1', MD5, 'golden', 'unfit'],
  ['password', MYSQL, 'golden', 'right'],
  ['password', MYSQL, MYSQL, 'wrong'],
  ['password', SHA1, 'golden', 'unfit'],
])('%s: %s with %s is %s', async (scheme, stored, password, verdict) => {
  expect(await verifyStored(scheme, Buffer.from(password), Buffer.from(stored), {})).toBe(verdict);
});

test('an empty password is not cleartext', async () => {
  expect(await verifyStored('cleartext', Buffer.alloc(0), Buffer.alloc(0), {})).toBe('wrong');
});

test('a word that means nothing is none', () => {
  expect(['argon2id', 'constructor', '', 'md4'].map(parseScheme)).toEqual([undefined, undefined, undefined, undefined]);
});
