import { createHash, pbkdf2Sync } from 'node:crypto';

import { expect, test } from 'vitest';

import { verifyStoredPassword } from './stored-password.ts';

function digest(scheme: string, algorithm: string, salt = ''): string {
  const hash = createHash(algorithm).update('golden').update(salt).digest();
  return `{${scheme}}${Buffer.concat([hash, Buffer.from(salt)]).toString('base64')}`;
}

function pbkdf2(scheme: string, algorithm: string): string {
  const hash = pbkdf2Sync('golden', 'salt', 1000, 32, algorithm).toString('base64').replaceAll('+', '.');
  return `{${scheme}}1000$${Buffer.from('salt').toString('base64')}$${hash}`;
}

const STORED = [
  'golden',
  '{crypt}$1$golden00$DPibADmVwkcjtPf6igkkJ.',
  digest('MD5', 'md5'),
  digest('SMD5', 'md5', 'salt'),
  digest('SHA', 'sha1'),
  digest('ssha', 'sha1', 'salt'),
  digest('SSHA256', 'sha256', 'salt'),
  digest('SHA512', 'sha512'),
  pbkdf2('PBKDF2', 'sha1'),
  pbkdf2('PBKDF2-SHA256', 'sha256'),
];

test.each(STORED)('%s is of one password, and is none itself', async (stored) => {
  const verdict = (password: string): Promise<unknown> =>
    verifyStoredPassword(Buffer.from(password), Buffer.from(stored), {});
  expect(await verdict('golden')).toBe('right');
  expect(await verdict('Golden')).toBe('wrong');
  expect(await verdict('')).toBe('wrong');
  if (stored !== 'golden') expect(await verdict(stored)).toBe('wrong');
});

test.each(['{SASL}alice@x', '{CLEAR}golden', '{KERBEROS}x', '{constructor}x'])(
  '%s is never cleartext',
  async (stored) => {
    for (const password of ['golden', stored])
      expect(await verifyStoredPassword(Buffer.from(password), Buffer.from(stored), {})).toEqual({
        unknownScheme: /\{(.*)\}/.exec(stored)?.[1],
      });
  },
);

test.each(['{SSHA}', '{SHA}AAAA', '{PBKDF2}x', '{PBKDF2}99999999$AA$AA', '{crypt}', '{crypt}x'])(
  '%s is damaged, and nobody has it',
  async (stored) => {
    expect(await verifyStoredPassword(Buffer.from('x'), Buffer.from(stored), {})).toBe('wrong');
  },
);
