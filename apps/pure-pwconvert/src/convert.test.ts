import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { convertAccount, type Account, type System } from './convert.ts';
import { parseShells } from './shells.ts';

const SYSTEM: System = {
  shells: new Set(['/bin/sh']),
  shadowHash: () => undefined,
  isDirectory: (path) => path === '/home/a',
};
const ACCOUNT: Account = {
  name: 'a',
  password: '$6$salt$hash',
  uid: 1000,
  gid: 1000,
  gecos: 'A. Person,Room 1',
  home: '/home/a',
  shell: '/bin/sh',
};

describe('convertAccount', () => {
  test('writes login, hash, ids, name up to the comma, and the home as chroot point', () => {
    expect(convertAccount(ACCOUNT, SYSTEM)).toBe('a:$6$salt$hash:1000:1000:A. Person:/home/a/./\n');
  });

  test.each([
    ['uid 0', { uid: 0 }],
    ['gid 0', { gid: 0 }],
    ['a home that is no directory', { home: '/nowhere' }],
    ['a shell that is not listed', { shell: '/usr/sbin/nologin' }],
    ['an empty shell', { shell: '' }],
    ['a line break in the name', { gecos: 'x,a\rb' }],
    ['a colon in the login', { name: 'a:b' }],
  ])('leaves out an account with %s', (_what, change) => {
    expect(convertAccount({ ...ACCOUNT, ...change }, SYSTEM)).toBeUndefined();
  });

  test.each(['ftp', 'FTP', 'fTp'])('takes the shell %s', (shell) => {
    expect(convertAccount({ ...ACCOUNT, shell }, SYSTEM)).toBeDefined();
  });

  test.each(['', 'x', '*', '!', '!$6$a$b', 'abkCR8XKWqC4E'])('writes * for the hash "%s"', (password) => {
    expect(convertAccount({ ...ACCOUNT, password }, SYSTEM)).toContain('a:*:');
  });

  test('prefers the shadow database', () => {
    const system = { ...SYSTEM, shadowHash: () => '$y$x' };
    expect(convertAccount(ACCOUNT, system)).toContain('a:$y$x:');
    expect(convertAccount(ACCOUNT, { ...SYSTEM, shadowHash: () => '!' })).toContain('a:*:');
  });

  test('writes one line of six fields or nothing, whatever an account holds', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ':', '\n', '\r', ',', '$', ' ') });
    const account = fc.record({ name: text, password: text, gecos: text });
    fc.assert(
      fc.property(account, (fields) => {
        const line = convertAccount({ ...ACCOUNT, ...fields }, SYSTEM);
        expect(line === undefined || /^[^:\r\n]*(?::[^:\r\n]*){5}\n$/.test(line)).toBe(true);
      }),
    );
  });
});

describe('parseShells', () => {
  test('takes the first path of each line and leaves comments out', () => {
    expect([...parseShells('# /bin/x\n/bin/sh\n  /bin/bash # b\n\n/\nzsh /bin/zsh\n/bin/a#c\n')]).toEqual([
      '/bin/sh',
      '/bin/bash',
      '/bin/zsh',
      '/bin/a',
    ]);
  });

  test('falls back on the two of the C library when there is no file', () => {
    expect([...parseShells(undefined)]).toEqual(['/bin/sh', '/bin/csh']);
  });
});
