import type { PasswdEntry, ShadowEntry } from '@pure-ftpd/posix';
import { expect, test } from 'vitest';

import { expiry, hasLoginShell, storedHash } from './unix-rules.ts';

const ACCOUNT: PasswdEntry = { name: 'a', password: 'x', uid: 1, gid: 1, gecos: '', home: '/', shell: '/bin/sh' };
const SHADOW: ShadowEntry = { hash: '$6$', lastChange: undefined, maxAge: undefined, expires: undefined };

test.each([
  ['x', SHADOW, '$6$'],
  ['##a', SHADOW, '$6$'],
  ['##b', SHADOW, '##b'],
  ['$5$', SHADOW, '$5$'],
  ['', SHADOW, ''],
  ['x', undefined, undefined],
  ['x', { ...SHADOW, hash: '@$6$' }, undefined],
  ['x', { ...SHADOW, hash: '!$6$' }, '!$6$'],
])('the password field %j leads to a hash', (password, shadow, hash) => {
  expect(storedHash({ ...ACCOUNT, password }, shadow)).toBe(hash);
});

test.each([
  ['/bin/sh', true],
  ['ftp', true],
  ['FTP', true],
  ['', false],
  ['sh', false],
  ['/bin/shx', false],
  ['/usr/sbin/nologin', false],
])('the shell %j lets in: %j', (shell, expected) => {
  expect(hasLoginShell({ ...ACCOUNT, shell }, new Set(['/bin/sh']))).toBe(expected);
});

const TODAY = 20_000;
test.each<[Partial<ShadowEntry>, string | undefined]>([
  [{}, undefined],
  [{ expires: TODAY - 1 }, 'the account has expired'],
  [{ expires: TODAY }, undefined],
  [{ expires: 0 }, undefined],
  [{ lastChange: TODAY - 11, maxAge: 10 }, 'the password has expired'],
  [{ lastChange: TODAY - 10, maxAge: 10 }, undefined],
  [{ lastChange: 0, maxAge: 10 }, undefined],
  [{ lastChange: TODAY - 1, maxAge: 0 }, undefined],
  [{ maxAge: 10 }, undefined],
])('%j: %s', (fields, reason) => {
  expect(expiry({ ...SHADOW, ...fields }, TODAY)).toBe(reason);
});
