import { expect, test } from 'vitest';

import { parseHome } from './account.ts';
import { createBackend, LoginMethodError } from './login-method.ts';

test.each(['puredb:/etc/pureftpd.pdb', 'PureDB:/etc/pureftpd.pdb'])('%s is a PureDB', (text) => {
  expect(createBackend(text)).toMatchObject({ method: 'puredb', path: '/etc/pureftpd.pdb' });
});

test('a file name may have colons', () => {
  expect(createBackend('puredb:/a:b')).toMatchObject({ path: '/a:b' });
});

test.each([
  ['puredb', 'missingArgument'],
  ['puredb:', 'missingArgument'],
  ['unix', 'notSupportedYet'],
  ['unixfoo', 'notSupportedYet'],
  ['PAM', 'notSupportedYet'],
  ['mysql:/etc/x', 'notSupportedYet'],
  ['pgsql:/etc/x', 'notSupportedYet'],
  ['ldap:/etc/x', 'notSupportedYet'],
  ['extauth:/run/x', 'notSupportedYet'],
  ['radius', 'unknownMethod'],
  ['', 'unknownMethod'],
])('%j is refused as %s', (text, code) => {
  expect(() => createBackend(text)).toThrow(expect.objectContaining({ name: LoginMethodError.name, code }));
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
