import { expect, test } from 'vitest';

import { parseHome } from './account.ts';
import { PamPool } from './pam/pool.ts';
import { createBackend, LoginMethodError, parseLoginMethod } from './login-method.ts';

test.each(['puredb:/etc/pureftpd.pdb', 'PureDB:/etc/pureftpd.pdb'])('%s is a PureDB', (text) => {
  expect(parseLoginMethod(text)).toEqual({ name: 'puredb', file: '/etc/pureftpd.pdb' });
});

test('a file name may have colons', () => {
  expect(parseLoginMethod('puredb:/a:b')).toEqual({ name: 'puredb', file: '/a:b' });
});

test.each([
  ['unix', 'unix'],
  ['unixfoo', 'unix'],
  ['PAM', 'pam'],
  ['pam:whatever', 'pam'],
])('%s means %s', (text, name) => {
  expect(parseLoginMethod(text)).toEqual({ name });
});

test.each([
  ['puredb', 'MISSING_ARGUMENT'],
  ['puredb:', 'MISSING_ARGUMENT'],
  ['mysql:/etc/x', 'NOT_SUPPORTED_YET'],
  ['pgsql:/etc/x', 'NOT_SUPPORTED_YET'],
  ['ldap:/etc/x', 'NOT_SUPPORTED_YET'],
  ['extauth:/run/x', 'NOT_SUPPORTED_YET'],
  ['radius', 'UNKNOWN_METHOD'],
  ['', 'UNKNOWN_METHOD'],
])('%j is refused as %s', (text, code) => {
  expect(() => parseLoginMethod(text)).toThrow(expect.objectContaining({ name: LoginMethodError.name, code }));
});

test('a method has its backend, and PAM its pool', async () => {
  await using pool = new PamPool({
    start: () => {
      throw new Error('nobody logs in here');
    },
  });
  const made: PamPool[] = [];
  const pamPool = (): PamPool => {
    made.push(pool);
    return pool;
  };
  expect(createBackend({ name: 'puredb', file: '/x' }, { pamPool })).toMatchObject({ method: 'puredb', path: '/x' });
  expect(createBackend({ name: 'unix' }, { pamPool })).toMatchObject({ method: 'unix' });
  expect(made).toEqual([]);
  expect(createBackend({ name: 'pam' }, { pamPool })).toMatchObject({ method: 'pam' });
  expect(made).toEqual([pool]);
});

test.each([
  ['/srv/ftp/a', undefined, '/srv/ftp/a'],
  ['/srv/ftp/./a', '/srv/ftp', '/a'],
  ['/srv/ftp/a/./', '/srv/ftp/a', '/'],
  ['/./srv', '/', '/srv'],
  ['/a/./b/./c', '/a', '/b/./c'],
  ['/a/.', undefined, '/a/.'],
])('the home %s has the jail %s and starts in %s', (field, chroot, directory) => {
  expect(parseHome(field)).toEqual({ field, chroot, directory });
});
