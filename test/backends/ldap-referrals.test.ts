// A directory that refers to another one: nobody is asked there, and the log says so.
import { mkdirSync } from 'node:fs';

import { observedTree, OpenLDAP } from '@pure-ftpd/account-servers';
import { type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { configuration, login, startC, startOurs } from './account-server.ts';
import { askLdap, openLdap, READER } from './ldap-transcript.ts';

let elsewhere: OpenLDAP;
let directory: OpenLDAP;
let folder: TempFolder;

/** An entry that says where a part of the tree is. */
function referral(dn: string, { port }: OpenLDAP): string {
  const [, name = ''] = /^ou=([^,]*)/.exec(dn) ?? [];
  const target = `ldap://127.0.0.1:${port}/ou=people,dc=example,dc=org`;
  return `dn: ${dn}\nobjectClass: referral\nobjectClass: extensibleObject\nou: ${name}\nref: ${target}\n`;
}

/** `remote` is only elsewhere. */
function entry(home: string): string {
  return `dn: uid=remote,ou=people,dc=example,dc=org
objectClass: account
objectClass: posixAccount
cn: remote
uid: remote
uidNumber: 3901
gidNumber: 3901
homeDirectory: ${home}
userPassword: pw
`;
}

describeWith(['slapd', 'pureftpd.schema'], 'a directory that refers to another one', () => {
  beforeAll(async () => {
    folder = tempFolder();
    mkdirSync(folder.file('home'));
    elsewhere = await OpenLDAP.start([observedTree(), entry(folder.file('home'))].join('\n'));
    directory = await OpenLDAP.start(
      [
        observedTree(),
        referral('ou=elsewhere,ou=people,dc=example,dc=org', elsewhere),
        referral('ou=moved,dc=example,dc=org', elsewhere),
      ].join('\n'),
    );
  });
  afterAll(async () => {
    await directory[Symbol.asyncDispose]();
    await elsewhere[Symbol.asyncDispose]();
    folder.remove();
  });

  test.each([
    ['bind', []],
    ['password', READER],
  ])('%s mode: what it has itself is found, the rest is not asked, and one line says so', async (_, lines) => {
    const backend = await openLdap(folder, directory.port, lines);
    const log: string[] = [];
    const kinds = [];
    for (const [user, password] of [
      ['alice', 'pw'],
      ['alice', 'wrong'],
      ['remote', 'pw'],
    ] as const)
      kinds.push((await askLdap(backend, user, password, log)).kind);
    expect(kinds).toEqual(['accepted', 'refused', 'unknown']);
    expect(log).toEqual([
      `warning ldap: referrals are not followed: a part of the tree is in another directory, which is not asked [ldap://127.0.0.1:${elsewhere.port}/ou=people,dc=example,dc=org??sub]`,
    ]);
  });

  test('whose base itself is elsewhere: the login is unknown, and the line names the remedy', async () => {
    const backend = await openLdap(folder, directory.port, ['LDAPBaseDN ou=moved,dc=example,dc=org']);
    const log: string[] = [];
    expect((await askLdap(backend, 'alice', 'pw', log)).kind).toBe('unknown');
    expect(log).toHaveLength(1);
    expect(log.join()).toContain('the base is in another directory, to which it refers: give that one as LDAPServer');
  });

  describeWith(['root', 'pure-ftpd-ldap'], 'beside the C server', () => {
    test('it lets nobody in there either, and here a line says why', async () => {
      const file = configuration(folder, 'server.conf', [
        'LDAPServer 127.0.0.1',
        `LDAPPort ${directory.port}`,
        'LDAPBaseDN ou=people,dc=example,dc=org',
      ]);
      await using theirs = await startC('pure-ftpd-ldap', '-l', `ldap:${file}`);
      await using ours = await startOurs('-l', `ldap:${file}`);
      const codes = await Promise.all([theirs, ours].map(async ({ port }) => (await login(port, 'remote', 'pw')).code));
      expect(codes).toEqual([530, 530]);
      expect(ours.process.output).toContain('referrals are not followed');
    });
  });
});
