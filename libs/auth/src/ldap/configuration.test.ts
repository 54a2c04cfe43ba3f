import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { LoginMethodError } from '../method.ts';
import { type LdapConfiguration, readLdapConfiguration } from './configuration.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ldap-configuration-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(...lines: readonly string[]): LdapConfiguration {
  const file = path.join(folder, 'ldap.conf');
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o640 });
  return readLdapConfiguration(file);
}

test('a file with a base alone asks this machine, as nobody, and lets the directory compare', () => {
  const { server, authentication, homeAttribute, filter, warnings } = read('LDAPBaseDN dc=x');
  expect(server).toMatchObject({ scheme: 'ldap', host: 'localhost', port: 389, startTls: false, bindDn: '' });
  expect([authentication, homeAttribute, warnings]).toEqual(['bind', 'homeDirectory', []]);
  expect(filter.text).toBe(String.raw`(&(objectClass=posixAccount)(uid=\L))`);
});

test('with a reader the passwords of entries are compared here', () => {
  expect(read('LDAPBaseDN dc=x', 'LDAPBindDN cn=r', 'LDAPBindPW p').authentication).toBe('password');
});

test('the port of ldaps is its own, and TLS is not begun twice', () => {
  expect(read('LDAPBaseDN dc=x', 'LDAPScheme LDAPS', 'LDAPUseTLS True').server).toMatchObject({
    port: 636,
    startTls: false,
  });
});

test.each(['', 'x', '0', '99999'])('a port that is none, %j, is that of the scheme', (port) => {
  const lines = port === '' ? [] : [`LDAPPort ${port}`];
  expect(read('LDAPBaseDN dc=x', ...lines).server).toMatchObject({ host: 'localhost', port: 389 });
});

test('passwords that go elsewhere in clear are told', () => {
  expect(read('LDAPBaseDN dc=x', 'LDAPServer ldap.example.org').warnings.join()).toMatch(
    /passwords go to ldap.example.org in clear: write LDAPUseTLS True/,
  );
  expect(read('LDAPBaseDN dc=x', 'LDAPServer ldap.example.org', 'LDAPUseTLS true').warnings).toEqual([]);
});

test.each<[RegExp, ...string[]]>([
  [/ldap.conf: LDAPBaseDN: is missing/],
  [/ldap.conf:2: unknown key: LDAPFoo/, 'LDAPBaseDN dc=x', 'LDAPFoo x'],
  [/:2: LDAPScheme: one of ldap, ldaps, ldapi/, 'LDAPBaseDN dc=x', 'LDAPScheme http'],
  [/:2: LDAPServer: one name or address/, 'LDAPBaseDN dc=x', 'LDAPServer ldap://x'],
  [/:2: LDAPAuthMethod: Invalid LDAPAuthMethod/, 'LDAPBaseDN dc=x', 'LDAPAuthMethod sasl'],
  [/:2: LDAPUseTLS: one of true, false/, 'LDAPBaseDN dc=x', 'LDAPUseTLS yes'],
  [/:2: LDAPVersion: only 3/, 'LDAPBaseDN dc=x', 'LDAPVersion 2'],
  [/:2: LDAPDefaultUID: the number/, 'LDAPBaseDN dc=x', 'LDAPDefaultUID ftp'],
  [/:2: LDAPDefaultGID: the number/, 'LDAPBaseDN dc=x', 'LDAPDefaultGID 0'],
  [/:2: LDAPForceDefaultUID: needs LDAPDefaultUID/, 'LDAPBaseDN dc=x', 'LDAPForceDefaultUID True'],
  [/LDAPBindPW: is missing/, 'LDAPBaseDN dc=x', 'LDAPBindDN cn=r'],
  [/:2: LDAPFilter: the filter makes no sense/, 'LDAPBaseDN dc=x', String.raw`LDAPFilter (&(uid=\L)`],
  [/:2: LDAPFilter: there is no \\L/, 'LDAPBaseDN dc=x', 'LDAPFilter (uid=alice)'],
])('%s stops the start', (message, ...lines) => {
  expect(() => read(...lines)).toThrow(LoginMethodError);
  expect(() => read(...lines)).toThrow(message);
});
