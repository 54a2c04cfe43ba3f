// -l ldap:FILE against 389 Directory Server: the accounts of the tree in both modes, and TLS.
import { writeFileSync } from 'node:fs';

import { type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { makeCertificate } from '@pure-ftpd/x509';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { DirectoryServer389 } from './389ds.ts';
import {
  askLdap,
  FORMS_OF_OURS,
  isMeantIn,
  MODES,
  observedForms,
  observedLogins,
  openLdap,
} from './ldap-transcript.ts';

/** What this directory stores otherwise than OpenLDAP: whether `pw` is the password, by mode. */
const FORMS: Readonly<Record<'bind' | 'password', Readonly<Record<string, boolean>>>> = {
  // It has no such scheme, and takes the text for a password.
  bind: { argon2: false, argon2l: false, argon2i: false, 'clear-brace': true },
  password: FORMS_OF_OURS,
};

const NEEDS = ['ns-slapd', '389-ds-libraries', 'libcrack', 'openssl', 'certutil', 'pk12util'] as const;

let directory: DirectoryServer389;
let folder: TempFolder;

describeWith(NEEDS, '389 Directory Server', () => {
  beforeAll(async () => {
    folder = tempFolder();
    const authority = makeCertificate({ names: ['An authority'], isAuthority: true });
    const stranger = makeCertificate({ names: ['An authority'], isAuthority: true });
    writeFileSync(folder.file('authority.pem'), authority.certificate);
    writeFileSync(folder.file('stranger.pem'), stranger.certificate);
    directory = await DirectoryServer389.start(makeCertificate({ names: ['localhost'], issuer: authority }));
  });
  afterAll(async () => {
    await directory[Symbol.asyncDispose]();
    folder.remove();
  });

  test.each(MODES)('%s mode: the same logins get in', async (_, lines) => {
    const backend = await openLdap(folder, directory.port, lines);
    // The section of the other mode has some of them only.
    const logins = observedLogins('modes.txt', 'all of them, password mode');
    expect(logins.length).toBeGreaterThan(20);
    for (const login of logins) {
      const { kind } = await askLdap(backend, login.login, login.password);
      expect([login, kind === 'accepted']).toEqual([login, isMeantIn(login)]);
    }
  });

  test.each(MODES)('%s mode: each form of what is stored', async (mode, lines) => {
    const backend = await openLdap(folder, directory.port, lines);
    const forms = observedForms(mode);
    expect(forms.size).toBe(23);
    for (const [form, isObserved] of forms) {
      const { kind } = await askLdap(backend, `h-${form}`, 'pw');
      expect([form, kind === 'accepted']).toEqual([form, FORMS[mode][form] ?? isObserved]);
    }
  });

  test('on a socket', async () => {
    const lines = ['LDAPScheme ldapi', `LDAPServer ${encodeURIComponent(directory.socket)}`];
    const backend = await openLdap(folder, directory.port, lines);
    expect((await askLdap(backend, 'alice', 'pw')).kind).toBe('accepted');
  });

  describe.each([
    ['StartTLS', () => ['LDAPUseTLS True']],
    ['ldaps', () => ['LDAPScheme ldaps', `LDAPPort ${directory.tlsPort}`]],
  ])('%s', (_, secured) => {
    /** The verdict about alice, and what the log says. */
    async function asked(server: string, authority: string | undefined, mode: readonly string[] = []) {
      const ca = authority === undefined ? [] : [`LDAPTLSCA ${folder.file(authority)}`];
      const lines = [...secured(), `LDAPServer ${server}`, ...ca, ...mode];
      const log: string[] = [];
      const { kind } = await askLdap(await openLdap(folder, directory.port, lines), 'alice', 'pw', log);
      return { kind, log };
    }

    test.each(MODES)('with its authority, by its name, in %s mode: alice gets in', async (_mode, lines) => {
      expect(await asked('localhost', 'authority.pem', lines)).toEqual({ kind: 'accepted', log: [] });
    });

    test.each([
      ['another authority of that name', 'localhost', 'stranger.pem', /signature failure|unable to verify/],
      ['no authority that the system knows', 'localhost', undefined, /unable to (?:verify|get local issuer)/],
      ['another name', '127.0.0.1', 'authority.pem', /does not match certificate's altnames|not in the cert/],
    ])('%s: she does not, and the log says why', async (_what, server, authority, reason) => {
      const { kind, log } = await asked(server, authority);
      expect(kind).toBe('unknown');
      expect(log).toEqual([expect.stringMatching(reason)]);
    });
  });

  test('that speaks no TLS refuses StartTLS, and nobody gets in', async () => {
    await using plain = await DirectoryServer389.start();
    for (const [, mode] of MODES) {
      const lines = ['LDAPServer localhost', 'LDAPUseTLS True', `LDAPTLSCA ${folder.file('authority.pem')}`, ...mode];
      const log: string[] = [];
      expect((await askLdap(await openLdap(folder, plain.port, lines), 'alice', 'pw', log)).kind).toBe('unknown');
      expect(log).toEqual([expect.stringMatching(/seems to be down \[ldap:\/\/localhost: .*\(code \d+\)/)]);
    }
  });

  test('a reader that may read no password is said', async () => {
    const backend = await openLdap(folder, directory.port, ['LDAPAuthMethod password']);
    const log: string[] = [];
    expect((await askLdap(backend, 'alice', 'pw', log)).kind).toBe('unknown');
    expect(log).toEqual(['warning ldap: alice: LDAP returned no userPassword attribute, check LDAP access rights.']);
  });
});
