// -l ldap:FILE against OpenLDAP: the accounts of the transcripts in both modes, and what C lets in that it should not [ldap.md].
import { createServer } from 'node:net';

import { OpenLDAP } from '@pure-ftpd/account-servers';
import { type AuthBackend, type BackendResult } from '@pure-ftpd/auth';
import { freePort, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { untilTrue } from '@pure-ftpd/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  askLdap,
  FORMS_OF_OURS,
  isMeantIn,
  MODES,
  observedForms,
  observedLogins,
  openLdap,
  READER,
  storedPasswords,
} from './ldap-transcript.ts';

let directory: OpenLDAP;
let folder: TempFolder;
let log: string[] = [];

function open(...lines: readonly string[]): Promise<AuthBackend> {
  return openLdap(folder, directory.port, lines);
}

function ask(backend: AuthBackend, login: string, password: string | Buffer): Promise<BackendResult> {
  return askLdap(backend, login, password, log);
}

async function kind(backend: AuthBackend, login: string, password: string): Promise<string> {
  return (await ask(backend, login, password)).kind;
}

describeWith(['slapd', 'pureftpd.schema'], 'a directory', () => {
  beforeAll(async () => {
    folder = tempFolder();
    directory = await OpenLDAP.start();
  });
  afterAll(async () => {
    await directory[Symbol.asyncDispose]();
    folder.remove();
  });

  test.each([
    ['only a base DN (bind mode)', []],
    ['with a reader (password mode)', READER],
    ['reader and AuthMethod bind', [...READER, 'LDAPAuthMethod BIND']],
    ['reader and AuthMethod bind lower case', [...READER, 'LDAPAuthMethod bind']],
    ['no reader and AuthMethod password', ['LDAPAuthMethod PASSWORD']],
    ['all of them, password mode', READER],
    ['all of them, bind mode', []],
  ])('%s: the same logins get in', async (section, lines) => {
    const backend = await open(...lines);
    const logins = observedLogins('modes.txt', section);
    expect(logins.length).toBeGreaterThan(0);
    for (const login of logins) {
      const { kind } = await ask(backend, login.login, login.password);
      expect([login, kind === 'accepted']).toEqual([login, isMeantIn(login)]);
    }
  });

  test.each(MODES)('%s mode: each form of what is stored', async (mode, lines) => {
    const backend = await open(...lines);
    const forms = observedForms(mode);
    expect(forms.size).toBe(23);
    for (const [form, isObserved] of forms) {
      const isMeant = (mode === 'password' ? FORMS_OF_OURS[form] : undefined) ?? isObserved;
      expect([form, await kind(backend, `h-${form}`, 'pw')]).toEqual([form, isMeant ? 'accepted' : 'refused']);
    }
  });

  test('in password mode no hash is a password, but for one that nothing marks as such', async () => {
    const backend = await open(...READER);
    // What C lets in of these is in the last lines of the transcript.
    for (const [login, stored] of storedPasswords().filter(([name]) => name !== 'h-plain'))
      expect([login, await kind(backend, login, stored)]).toEqual([
        login,
        stored.startsWith('{') ? 'refused' : 'accepted',
      ]);
  });

  test('limits are those of the entry; what is negative is none', async () => {
    const backend = await open(...READER);
    const [limits, negative] = [await ask(backend, 'limits', 'pw'), await ask(backend, 'limitsn', 'pw')];
    if (limits.kind !== 'accepted' || negative.kind !== 'accepted') throw new Error('not let in');
    expect(limits.account.limits).toMatchObject({ uploadRatio: 1, downloadRatio: 5 });
    expect(Object.values(negative.account.limits).filter((limit) => limit !== undefined)).toEqual([]);
  });

  test('an account that is not enabled is refused, and two entries are, with the log saying so', async () => {
    const backend = await open(...READER);
    log = [];
    expect(await kind(backend, 'st-dis', 'pw')).toBe('refused');
    expect(await kind(backend, 'twin', 'pw')).toBe('refused');
    expect(log.join('\n')).toMatch(/st-dis: the account is not enabled\n.*twin: .*refusing ambiguous result: .* and /);
  });

  test('that takes an empty name for a login lets nobody in, whatever the defaults are', async () => {
    const defaults = ['LDAPDefaultUID 3901', 'LDAPDefaultGID 3901', 'LDAPDefaultHomeDirectory /tmp'];
    const backend = await open(...defaults);
    expect(await kind(backend, 'not-there', 'anything')).toBe('unknown');
    expect(await kind(backend, 'alice', '')).toBe('refused');
    expect((await ask(backend, 'alice', Buffer.from([0xff, 0xfe]))).kind).toBe('refused');
    expect((await ask(backend, 'alice', 'pw\0x')).kind).toBe('refused');
  });

  test('in the shape of Active Directory: who has neither numbers nor a home gets those of the file', async () => {
    const backend = await open(
      ...READER,
      'LDAPAuthMethod BIND',
      String.raw`LDAPFilter (&(objectClass=inetOrgPerson)(uid=\L)(!(sn=locked)))`,
      'LDAPDefaultUID 3001',
      'LDAPDefaultGID 3001',
      'LDAPForceDefaultUID True',
      'LDAPForceDefaultGID True',
      'LDAPDefaultHomeDirectory /srv/ftp/shared/./',
    );
    expect(await ask(backend, 'person', 'pw')).toMatchObject({
      kind: 'accepted',
      account: { uid: 3001, gid: 3001, home: { chroot: '/srv/ftp/shared' } },
    });
    expect([await kind(backend, 'person', 'x'), await kind(backend, 'alice', 'pw')]).toEqual(['refused', 'unknown']);
  });

  describe('over TLS', () => {
    test.each([
      ['StartTLS', () => ['LDAPServer localhost', 'LDAPUseTLS True']],
      ['ldaps', () => ['LDAPServer localhost', 'LDAPScheme ldaps', `LDAPPort ${directory.tlsPort}`]],
    ])('%s: who can be verified is asked, and nobody else', async (_, lines) => {
      const verified = await open(...lines(), `LDAPTLSCA ${directory.certificate}`);
      expect(await kind(verified, 'alice', 'pw')).toBe('accepted');
      log = [];
      const stranger = await open(...lines());
      expect(await kind(stranger, 'alice', 'pw')).toBe('unknown');
      expect(log.join()).toMatch(
        /error The LDAP server seems to be down \[ldaps?:\/\/localhost: .*self.signed certificate/,
      );
    });
  });

  test('on a socket', async () => {
    const backend = await open('LDAPScheme ldapi', `LDAPServer ${encodeURIComponent(directory.socket)}`);
    expect(await kind(backend, 'alice', 'pw')).toBe('accepted');
  });

  test('that is down, refuses the service or has no such base is said once, and the login is unknown', async () => {
    for (const [lines, reason] of [
      [['LDAPBindDN cn=reader,dc=example,dc=org', 'LDAPBindPW wrong-word'], /code 49/],
      [['LDAPBaseDN dc=elsewhere'], /code 32/],
      [[`LDAPPort ${await freePort()}`], /ECONNREFUSED/],
    ] as const) {
      log = [];
      const backend = await open(...lines);
      expect([await kind(backend, 'alice', 'pw'), await kind(backend, 'alice', 'pw')]).toEqual(['unknown', 'unknown']);
      expect(log).toHaveLength(1);
      expect(log[0]).toMatch(reason);
      expect(log.join()).not.toContain('wrong-word');
    }
  });

  test('that is silent is waited for as long as the file says', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    log = [];
    expect(await kind(await open(`LDAPPort ${port}`, 'LDAPTimeout 1'), 'alice', 'pw')).toBe('unknown');
    expect(log.join()).toMatch(/seems to be down/);
    silent.close();
  });

  test('that is started again is asked again', async () => {
    const backend = await open(...READER);
    await directory.stop();
    log = [];
    expect(await kind(backend, 'alice', 'pw')).toBe('unknown');
    await directory.start();
    await untilTrue('it is asked', async () => (await kind(backend, 'alice', 'pw')) === 'accepted');
    expect(log.filter((line) => line.startsWith('info'))).toEqual(['info The LDAP server is back']);
  });

  test('answers 100 logins at once', async () => {
    const backend = await open(...READER);
    const kinds = await Promise.all(Array.from({ length: 100 }, () => kind(backend, 'alice', 'pw')));
    expect(new Set(kinds)).toEqual(new Set(['accepted']));
  });
});
