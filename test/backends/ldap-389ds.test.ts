// -l ldap:FILE against 389 Directory Server: the accounts of the tree in both modes.
import { type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';

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

let directory: DirectoryServer389;
let folder: TempFolder;

describeWith(['ns-slapd', '389-ds-libraries', 'libcrack'], '389 Directory Server', () => {
  beforeAll(async () => {
    folder = tempFolder();
    directory = await DirectoryServer389.start();
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

  test('a reader that may read no password is said', async () => {
    const backend = await openLdap(folder, directory.port, ['LDAPAuthMethod password']);
    const log: string[] = [];
    expect((await askLdap(backend, 'alice', 'pw', log)).kind).toBe('unknown');
    expect(log).toEqual(['warning ldap: alice: LDAP returned no userPassword attribute, check LDAP access rights.']);
  });
});
