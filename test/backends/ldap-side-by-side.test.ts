// Debian's pure-ftpd-ldap and ours, on the same directory, file and accounts; and ours with its helper.
import { mkdirSync } from 'node:fs';

import { tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { expect, test } from 'vitest';

import { configuration, login, startC, startOurs } from './account-server.ts';
import { OpenLDAP } from './openldap.ts';

const LOGINS = [
  ['alice', 'pw'],
  ['alice', 'wrong'],
  ['alice', ''],
  ['nobody-here', 'pw'],
  ['bob', 'pw'],
  ['zero', 'pw'],
  ['st-en', 'pw'],
  ['st-dis', 'pw'],
  ['fid0', 'pw'],
  ['a*', 'pw'],
] as const;

/** The codes of the replies to all logins. */
function verdicts(port: number): Promise<unknown[]> {
  return Promise.all(
    LOGINS.map(async ([user, password]) => {
      const { lines } = await login(port, user, password);
      return [user, password, lines.map((line) => line.slice(0, 4))];
    }),
  );
}

describeWith(['root', 'slapd', 'pureftpd.schema', 'pure-ftpd-ldap'], 'pure-ftpd-ldap and ours', () => {
  test.each(['bind', 'password'])('give the same verdicts in %s mode', async (mode) => {
    await using directory = await OpenLDAP.start();
    using folder = tempFolder();
    mkdirSync(folder.file('home'));
    const file = configuration(folder, 'ldap.conf', [
      'LDAPServer 127.0.0.1',
      `LDAPPort ${directory.port}`,
      'LDAPBaseDN ou=people,dc=example,dc=org',
      'LDAPBindDN cn=reader,dc=example,dc=org',
      'LDAPBindPW readerpw',
      `LDAPAuthMethod ${mode}`,
      // Homes of the tree are not on this machine.
      'LDAPHomeDir noSuchAttribute',
      `LDAPDefaultHomeDirectory ${folder.file('home')}`,
    ]);
    await using theirs = await startC('pure-ftpd-ldap', '-l', `ldap:${file}`, '-c', '100');
    await using ours = await startOurs('-l', `ldap:${file}`, '-c', '100');
    const [c, mine] = await Promise.all([verdicts(theirs.port), verdicts(ours.port)]);
    expect(mine).toEqual(c);
    expect(c[0]).toEqual(['alice', 'pw', ['230 ']]);
    expect(ours.process.output).not.toContain('readerpw');
  });
});
