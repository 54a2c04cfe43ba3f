// vsftpd: its configuration, its lists of users, and the files of single users.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { linesOf } from '../lines.ts';
import type { Migration } from '../migration.ts';
import { type PasswdLine, passwdLines, shadowHashes } from '../passwd.ts';
import { validShells } from '../shells.ts';
import { takeSettings, VsftpdConfiguration, type VsftpdSetting } from './settings.ts';

/** Where the accounts are that vsftpd asks PAM for. */
export interface VsftpdAccounts {
  readonly passwd: string;
  readonly shadow: string;
  /** `login:hash` of virtual users, as pam_pwdfile reads it. */
  readonly passwords: string | undefined;
}

/** System users with a lower number are services. */
const FIRST_PERSON = 1000;

/** Settings of a file of one user that become fields of the account. */
const OF_A_USER = new Set(['local_root', 'local_max_rate', 'guest_username', 'user_sub_token', 'guest_enable']);

/** @throws CommandError */
export function readVsftpd(path: string, accounts: VsftpdAccounts, migration: Migration): void {
  const configuration = configurationOf(path, migration);
  takeSettings(configuration, migration);
  if (!configuration.is('local_enable', false) && !configuration.is('guest_enable', false)) return;
  const users = new VsftpdUsers(configuration, accounts, migration);
  users.take();
}

function configurationOf(path: string, migration: Migration): VsftpdConfiguration {
  return new VsftpdConfiguration(
    linesOf(path).flatMap(({ where, text }): VsftpdSetting[] => {
      const at = text.indexOf('=');
      if (at > 0) return [{ name: text.slice(0, at).trim().toLowerCase(), value: text.slice(at + 1).trim(), where }];
      migration.note(where, `${text.trim()}: no setting`);
      return [];
    }),
  );
}

class VsftpdUsers {
  readonly #configuration: VsftpdConfiguration;
  readonly #accounts: VsftpdAccounts;
  readonly #migration: Migration;
  readonly #system: ReadonlyMap<string, PasswdLine>;

  constructor(configuration: VsftpdConfiguration, accounts: VsftpdAccounts, migration: Migration) {
    this.#configuration = configuration;
    this.#accounts = accounts;
    this.#migration = migration;
    this.#system = new Map(this.#lines(accounts.passwd).map((line) => [line.login, line]));
  }

  take(): void {
    const mayLogIn = this.#list();
    const chroots = this.#chroots();
    for (const account of this.#candidates()) {
      if (!mayLogIn(account.login)) continue;
      this.#takeOne(account, chroots(account.login));
    }
  }

  #lines(path: string): PasswdLine[] {
    return passwdLines(path, (where, text) => this.#migration.note(where, text));
  }

  /** Those whom PAM would let in: virtual users, or users of the system. */
  #candidates(): PasswdLine[] {
    const { passwords, shadow } = this.#accounts;
    if (passwords !== undefined) return this.#lines(passwords);
    if (this.#configuration.is('guest_enable', false)) {
      this.#migration.note(
        'guest_enable',
        'virtual users are where PAM finds them: name the file of pam_pwdfile by --passwords',
      );
      return [];
    }
    const hashes = existsSync(shadow) ? shadowHashes(shadow) : new Map<string, string>();
    const shells = validShells();
    return [...this.#system.values()]
      .filter(({ uid = 0, shell = '' }) => uid >= FIRST_PERSON && shells.has(shell || '/bin/sh'))
      .map((line) => (line.passwordHash === 'x' ? { ...line, passwordHash: hashes.get(line.login) ?? '' } : line));
  }

  /** The list of users: who is on it, may log in, or may not. */
  #list(): (login: string) => boolean {
    if (!this.#configuration.is('userlist_enable', false)) return () => true;
    const path = this.#configuration.text('userlist_file') || '/etc/vsftpd.user_list';
    const listed = new Set(linesOf(path).map(({ text }) => text.trim()));
    const isDenied = this.#configuration.is('userlist_deny', true);
    return (login) => listed.has(login) !== isDenied;
  }

  /** Who is confined to the home: all but those on a list, or those on it. */
  #chroots(): (login: string) => boolean {
    const all = this.#configuration.is('chroot_local_user', false) || this.#configuration.is('guest_enable', false);
    if (!this.#configuration.is('chroot_list_enable', false)) return () => all;
    const path = this.#configuration.text('chroot_list_file') || '/etc/vsftpd.chroot_list';
    const listed = new Set(linesOf(path).map(({ text }) => text.trim()));
    return (login) => listed.has(login) !== all;
  }

  #takeOne(account: PasswdLine, isConfined: boolean): void {
    const own = this.#ownConfiguration(account.login);
    const guest = this.#guest(own);
    const { where, shell: _, uid = guest?.uid, gid = guest?.gid, ...fields } = account;
    const root = (own?.text('local_root') || this.#configuration.text('local_root')).replaceAll(
      this.#configuration.text('user_sub_token') || '\0',
      account.login,
    );
    const home = (root || account.home || guest?.home || '').replace(/\/+$/, '');
    const rate = own?.number('local_max_rate') ?? 0;
    const bandwidth = rate > 0 ? BigInt(rate) : undefined;
    this.#migration.user(
      {
        ...fields,
        uid: guest?.uid ?? uid,
        gid: guest?.gid ?? gid,
        home: isConfined && home !== '' ? `${home}/./` : home,
        uploadBandwidth: bandwidth,
        downloadBandwidth: bandwidth,
      },
      where,
    );
  }

  /** The system user as whom virtual users work. */
  #guest(own: VsftpdConfiguration | undefined): PasswdLine | undefined {
    if (!this.#configuration.is('guest_enable', false)) return undefined;
    return this.#system.get(own?.text('guest_username') || this.#configuration.text('guest_username') || 'ftp');
  }

  /** The file of one user; what it has that an account has not is noted. */
  #ownConfiguration(login: string): VsftpdConfiguration | undefined {
    const folder = this.#configuration.text('user_config_dir');
    // The name of a user is no path.
    if (folder === '' || login.includes('/') || login.startsWith('.')) return undefined;
    const path = join(folder, login);
    if (!existsSync(path)) return undefined;
    const own = configurationOf(path, this.#migration);
    for (const { name, value, where } of own.settings)
      if (!OF_A_USER.has(name)) this.#migration.note(where, `${name}=${value}: not for one user`);
    return own;
  }
}
