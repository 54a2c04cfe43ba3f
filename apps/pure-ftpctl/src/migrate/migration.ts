// What is taken over from another server, and what cannot be.
import type { UserRecord } from '@pure-ftpd/puredb';

import { NO_PASSWORD } from '../users/account.ts';
import { isLocked, locked } from '../users/password.ts';

/** Something that the new server does not have, or an administrator has to look at. */
export interface Note {
  /** Where it stands: a file, with a line if there is one, or a user. */
  readonly where: string;
  readonly text: string;
}

/** A line of the configuration, and what it comes from. */
export interface Setting {
  readonly key: string;
  readonly value: string;
}

/** A user of another server, as far as it is known. */
export type Found = { readonly [Key in keyof UserRecord]?: UserRecord[Key] | undefined } & {
  readonly login: string;
  readonly passwordHash: string;
  readonly home: string;
  /** Why nobody may log in, whatever the password. */
  readonly locked?: string | undefined;
};

/** The outcome, while it comes together. */
export class Migration {
  readonly users = new Map<string, UserRecord>();
  readonly notes: Note[] = [];
  /** Users who cannot log in, and why. */
  readonly locked: Note[] = [];
  readonly #settings = new Map<string, Setting>();
  /** What users have who have no numbers of their own. */
  readonly #owner: { readonly uid: number; readonly gid: number } | undefined;

  constructor(owner?: { readonly uid: number; readonly gid: number }) {
    this.#owner = owner;
  }

  get settings(): Setting[] {
    return [...this.#settings.values()];
  }

  /** A later one of the same key replaces an earlier one. */
  set(key: string, value: string): void {
    this.#settings.delete(key);
    this.#settings.set(key, { key, value });
  }

  /** One that may be there several times. */
  add(key: string, value: string): void {
    this.#settings.set(`${key} ${value}`, { key, value });
  }

  note(where: string, text: string): void {
    this.notes.push({ where, text });
  }

  /** Takes a user over: with the password where its hash is known, else locked. Who cannot be a user is noted. */
  user(found: Found, where: string): void {
    const { locked: reason, ...fields } = found;
    const record: UserRecord = { ...EMPTY, ...fields, ...this.#ids(found), gecos: fields.gecos ?? '' };
    const problem = this.users.has(record.login)
      ? 'a second user of this login: the first one counts'
      : problemOf(record);
    if (problem !== undefined) {
      this.note(where, problem);
      return;
    }
    const why = reason ?? (isLocked(record.passwordHash) ? lockedBecause(record.passwordHash) : undefined);
    if (why !== undefined) this.locked.push({ where, text: why });
    const passwordHash = record.passwordHash === '' || isPlain(record.passwordHash) ? NO_PASSWORD : record.passwordHash;
    this.users.set(record.login, { ...record, passwordHash: why === undefined ? passwordHash : locked(passwordHash) });
  }

  /** A user without a number of their own has that of the owner. */
  #ids({ uid, gid }: Found): Pick<UserRecord, 'uid' | 'gid'> {
    return { uid: uid ?? this.#owner?.uid ?? 0, gid: gid ?? this.#owner?.gid ?? 0 };
  }
}

const EMPTY: Omit<UserRecord, 'login' | 'home' | 'passwordHash'> = {
  uid: 0,
  gid: 0,
  gecos: '',
  uploadBandwidth: undefined,
  downloadBandwidth: undefined,
  uploadRatio: undefined,
  downloadRatio: undefined,
  maxSessions: undefined,
  maxFiles: undefined,
  maxSize: undefined,
  allowedLocal: '',
  deniedLocal: '',
  allowedClient: '',
  deniedClient: '',
  timeRange: undefined,
};

function problemOf({ uid, gid, home, login }: UserRecord): string | undefined {
  // A name that is a path would lead out of where homes are.
  if (/[:\r\n\0/]/.test(login) || login === '' || login.startsWith('#'))
    return 'a name that a PureDB cannot have, or a path';
  if (/[:\r\n\0]/.test(home)) return 'a home that a PureDB cannot have';
  if (!home.startsWith('/')) return 'no home: left out';
  if (uid === 0) return 'files would belong to root, or to nobody who is known: left out (--owner says to whom)';
  return gid === 0 ? 'files would belong to the group of root: left out (--owner says to whom)' : undefined;
}

/** A password that is written down is none of a PureDB, and would be readable there. */
function isPlain(hash: string): boolean {
  return isLocked(hash) && !/^[!*]*\$/.test(hash);
}

function lockedBecause(hash: string): string {
  if (/^[!*]/.test(hash) || ['', 'x'].includes(hash)) return 'was locked, or had no password';
  const scheme = /^(\$[^$]*\$|\{[^}]*\})/.exec(hash)?.[1];
  const what = scheme === undefined ? 'a password in clear, or of an unknown form' : `a hash of the form ${scheme}`;
  return `${what}, which is not taken: give a new one by user set --password`;
}
