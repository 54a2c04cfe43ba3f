// Every key of -l ldap:FILE, filters, forced ids, and which verdicts let the next backend be asked: as in the transcript.
import { observedTree, OpenLDAP } from '@pure-ftpd/account-servers';
import { freePort, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { type Replay, replay } from './ldap-replay.ts';
import { READER, sections } from './ldap-transcript.ts';

/** Accounts that the transcript has, and the tree has not. */
const MORE = `
dn: uid=a.b@d e,ou=people,dc=example,dc=org
objectClass: account
objectClass: posixAccount
cn: a
uid: a.b@d e
uidNumber: 3901
gidNumber: 3901
homeDirectory: /srv/ftp/alice
userPassword: pw

dn: uid=noids,ou=people,dc=example,dc=org
objectClass: account
objectClass: simpleSecurityObject
uid: noids
userPassword: pw

dn: uid=fids,ou=people,dc=example,dc=org
objectClass: account
objectClass: simpleSecurityObject
objectClass: PureFTPdUser
uid: fids
userPassword: pw
FTPuid: 3901
FTPgid: 3901
`;

const BOTH = ['LDAPDefaultUID 3950', 'LDAPDefaultGID 3951'];
const HOME = 'LDAPDefaultHomeDirectory /srv/ftp/bob';
/** The transcript has accounts here that are no posixAccount. */
const ANY = String.raw`LDAPFilter (uid=\L)`;
const REFUSED: Replay['meant'] = 'start refused';

function forced(word: string, meant?: Replay['meant']): Replay {
  const lines = [...BOTH, `LDAPForceDefaultUID ${word}`, `LDAPForceDefaultGID ${word}`];
  return { lines, ...(meant === undefined ? {} : { meant }) };
}

function filter(text: string, meant?: Replay['meant']): Replay {
  return { lines: [`LDAPFilter ${text}`], ...(meant === undefined ? {} : { meant }) };
}

let directory: OpenLDAP;
let folder: TempFolder;
let closedPort = 0;

/** The port where the transcript has 389 is a question of the configuration's own test: `libs/auth/src/ldap/configuration.test.ts`. */
const ELSEWHERE = ['base DN only, default server localhost', 'bad port', 'port 0', 'port 99999'];

const ROWS: Readonly<Record<string, () => Replay>> = {
  'missing file': () => ({ text: '' }),
  'empty file': () => ({ text: '' }),
  'no base DN': () => ({ text: 'LDAPServer 127.0.0.1\n' }),
  'unknown key': () => ({ lines: ['LDAPFoo x'] }),
  'lower case keys': () => ({
    text: `ldapserver 127.0.0.1\nldapport ${directory.port}\nldapbasedn ou=people,dc=example,dc=org\n`,
  }),
  'port 399 closed': () => ({ lines: [`LDAPPort ${closedPort}`] }),
  'bind DN without password': () => ({ lines: ['LDAPBindDN cn=reader,dc=example,dc=org'], meant: REFUSED }),
  'password without DN': () => ({ lines: ['LDAPBindPW readerpw'] }),
  'wrong reader password': () => ({ lines: ['LDAPBindDN cn=reader,dc=example,dc=org', 'LDAPBindPW no'] }),
  'unknown reader': () => ({ lines: ['LDAPBindDN cn=nobody,dc=example,dc=org', 'LDAPBindPW readerpw'] }),
  'version 2': () => ({ lines: ['LDAPVersion 2'], meant: REFUSED }),
  'version 4': () => ({ lines: ['LDAPVersion 4'], meant: REFUSED }),
  'version garbage': () => ({ lines: ['LDAPVersion x'], meant: REFUSED }),
  'unknown scheme': () => ({ lines: ['LDAPScheme http'], meant: REFUSED }),
  'scheme LDAP upper': () => ({ lines: ['LDAPScheme LDAP'] }),
  ldapi: () => ({
    lines: ['LDAPScheme ldapi', `LDAPServer ${encodeURIComponent(directory.socket)}`],
    meant: ['accepted'],
  }),
  'ldapi with port': () => ({
    lines: ['LDAPScheme ldapi', `LDAPServer ${encodeURIComponent(directory.socket)}`, 'LDAPPort 389'],
    meant: ['accepted'],
  }),
  'URI in the server': () => ({ lines: [`LDAPServer ldap://127.0.0.1:${directory.port}/`], meant: REFUSED }),
  'two servers, first down': () => ({ lines: ['LDAPServer 127.0.0.2 127.0.0.1'], meant: REFUSED }),
  [String.raw`filter: default as text (&(objectClass=posixAccount)(uid=\L))`]: () =>
    filter(String.raw`(&(objectClass=posixAccount)(uid=\L))`),
  [String.raw`filter: lower case letter (uid=\l)`]: () => filter(String.raw`(uid=\l)`, ['accepted']),
  [String.raw`filter: two times (|(uid=\L)(cn=\L))`]: () => filter(String.raw`(|(uid=\L)(cn=\L))`, ['accepted']),
  'filter: no letter (uid=alice)': () => filter('(uid=alice)', REFUSED),
  [String.raw`filter: \R (uid=\R)`]: () => filter(String.raw`(uid=\R)`),
  // A sign like any other, which nobody has.
  [String.raw`filter: percent (&(uid=\L)(cn=%s))`]: () => filter(String.raw`(&(uid=\L)(cn=%s))`, []),
  [String.raw`filter: without parentheses uid=\L`]: () => filter(String.raw`uid=\L`),
  [String.raw`filter: broken (&(uid=\L)`]: () => filter(String.raw`(&(uid=\L)`, REFUSED),
  [String.raw`filter: other escapes (&(uid=\L)(cn=\2a))`]: () => filter(String.raw`(&(uid=\L)(cn=\2a))`),
  [String.raw`filter: other escape first (&(cn=\2a)(uid=\L))`]: () => filter(String.raw`(&(cn=\2a)(uid=\L))`, []),
  [String.raw`filter: mail (&(objectClass=account)(uid=\L)(!(uid=bob)))`]: () =>
    filter(String.raw`(&(objectClass=account)(uid=\L)(!(uid=bob)))`),
  'login characters': () => ({}),
  'entry without ids and home': () => ({ lines: [ANY] }),
  '... with default home only': () => ({ lines: [ANY, HOME] }),
  '... with all defaults': () => ({ lines: [ANY, HOME, ...BOTH] }),
  'default uid 0': () => ({ lines: [ANY, HOME, ...BOTH, 'LDAPDefaultUID 0'], meant: REFUSED }),
  'default uid name': () => ({ lines: [ANY, HOME, ...BOTH, 'LDAPDefaultUID ftp'], meant: REFUSED }),
  'default uid garbage': () => ({ lines: [ANY, HOME, ...BOTH, 'LDAPDefaultUID 12x'], meant: REFUSED }),
  'ForceDefaultUID/GID True': () => forced('True'),
  'ForceDefaultUID/GID true': () => forced('true'),
  'ForceDefaultUID/GID TRUE': () => forced('TRUE'),
  'ForceDefaultUID/GID yes': () => forced('yes', REFUSED),
  'ForceDefaultUID/GID 1': () => forced('1', REFUSED),
  'ForceDefaultUID/GID False': () => forced('False'),
  'Force without default': () => ({ lines: ['LDAPForceDefaultUID True', 'LDAPForceDefaultGID True'], meant: REFUSED }),
  // A name is no absolute path.
  'LDAPHomeDir other attribute': () => ({ lines: ['LDAPHomeDir cn'], meant: ['refused'] }),
  'LDAPHomeDir of unknown attribute with default home': () => ({ lines: ['LDAPHomeDir nothing', HOME] }),
  'chain: wrong password, bind': () => ({}),
  'chain: wrong password, password mode': () => ({ lines: READER }),
  'chain: unknown user, bind': () => ({}),
  'chain: unknown user, password mode': () => ({ lines: READER }),
  'chain: forbidden characters': () => ({}),
  'chain: no userPassword readable': () => ({ lines: ['LDAPAuthMethod password'] }),
  'chain: empty password, bind': () => ({}),
  'chain: empty password, password': () => ({ lines: READER }),
  'chain: uid 0': () => ({}),
  'chain: gid 0': () => ({}),
  'chain: status disabled': () => ({ meant: ['refused'] }),
  'chain: status disabled, password mode': () => ({ lines: READER, meant: ['refused'] }),
  'chain: no home': () => ({ lines: [ANY] }),
  'chain: no ids': () => ({ lines: [ANY, HOME] }),
  'chain: server down': () => ({ lines: [`LDAPPort ${closedPort}`] }),
  'chain: reader refused': () => ({ lines: ['LDAPBindDN cn=reader,dc=example,dc=org', 'LDAPBindPW no'] }),
  'chain: base DN unknown': () => ({ lines: ['LDAPBaseDN dc=elsewhere'] }),
  'chain: two entries, wrong password': () => ({}),
  // The limit is the server's: the backend lets in.
  'chain: min uid': () => ({ meant: ['accepted'] }),
};

describeWith(['slapd', 'pureftpd.schema'], 'the file of -l ldap, beside what the C server did', () => {
  const all = sections('keys-filters-chain.txt');

  beforeAll(async () => {
    folder = tempFolder();
    directory = await OpenLDAP.start(observedTree() + MORE);
    closedPort = await freePort();
  });
  afterAll(async () => {
    await directory[Symbol.asyncDispose]();
    folder.remove();
  });

  test('has a row for every section', () => {
    const names = all.map(({ name }) => name);
    expect(names.toSorted()).toEqual([...Object.keys(ROWS), ...ELSEWHERE].toSorted());
  });

  test.each(all.filter(({ name }) => !ELSEWHERE.includes(name)))('$name', async (section) => {
    const row = ROWS[section.name];
    if (row === undefined) throw new Error('no such row');
    const { done, meant } = await replay(folder, directory.port, section, row());
    expect(done).toEqual(meant);
  });
});
