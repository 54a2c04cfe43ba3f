import { expect, test } from 'vitest';

import { parseHome } from './account.ts';
import { PamPool } from './pam/pool.ts';
import { createBackend, parseLoginMethod } from './login-method.ts';
import { LoginMethodError } from './method.ts';

test.each(['puredb:/etc/pureftpd.pdb', 'PureDB:/etc/pureftpd.pdb'])('%s is a PureDB', (text) => {
  expect(parseLoginMethod(text)).toEqual({ name: 'puredb', path: '/etc/pureftpd.pdb' });
});

test('a socket is absolute, as the server leaves its folder', () => {
  expect(parseLoginMethod('extauth:run/x')).toEqual({ name: 'extauth', path: `${process.cwd()}/run/x` });
  expect(parseLoginMethod(`extauth:/${'x'.repeat(106)}`).path).toHaveLength(107);
});

test('a file name may have colons', () => {
  expect(parseLoginMethod('puredb:/a:b')).toEqual({ name: 'puredb', path: '/a:b' });
});

test.each([
  ['unix', 'unix'],
  ['unixfoo', 'unix'],
  ['PAM', 'pam'],
  ['pam:whatever', 'pam'],
])('%s means %s', (text, name) => {
  expect(parseLoginMethod(text)).toEqual({ name, path: '' });
});

test.each([
  ['puredb', 'MISSING_ARGUMENT'],
  ['puredb:', 'MISSING_ARGUMENT'],
  ['extauth', 'MISSING_ARGUMENT'],
  ['extauth:', 'MISSING_ARGUMENT'],
  [`extauth:/${'x'.repeat(107)}`, 'CONFIGURATION'],
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
  const services = {
    pamPool,
    accountServer: () => {
      throw new Error('no method here has a server');
    },
  };
  expect(createBackend({ name: 'puredb', path: '/x' }, services)).toMatchObject({ method: 'puredb', path: '/x' });
  expect(createBackend({ name: 'unix', path: '' }, services)).toMatchObject({ method: 'unix' });
  expect(made).toEqual([]);
  expect(createBackend({ name: 'pam', path: '' }, services)).toMatchObject({ method: 'pam' });
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
