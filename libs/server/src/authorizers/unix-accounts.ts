import { readFileSync } from 'node:fs';

import { getpwnam, shadowHash } from '@pure-ftpd/posix';

import { isSystemError } from '../errors.ts';
import type { Awaitable } from '../contract/virtual-file.ts';

/** An account of a Unix system. */
export interface UnixAccount {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** Where a {@link UnixAuthorizer} looks accounts up. */
export interface UnixAccounts {
  /** The account of a login; undefined when there is none. */
  find(login: string): Awaitable<UnixAccount | undefined>;
  /** The stored hash of the password; undefined when there is none or it may not be read. */
  passwordHash(login: string): Awaitable<string | undefined>;
  /** The shells of people, as /etc/shells lists them; undefined when there is no such list. */
  shells(): Awaitable<readonly string[] | undefined>;
}

/** The accounts of this machine: the name service, shadow(5), and /etc/shells. */
export const systemAccounts: UnixAccounts = {
  find: getpwnam,

  async passwordHash(login) {
    const hash = await shadowHash(login);
    if (hash !== undefined) return hash;
    const account = await getpwnam(login);
    // Few systems still keep the hash in the account itself; `x` says that it is elsewhere.
    return account === undefined || account.password === 'x' ? undefined : account.password;
  },

  shells() {
    try {
      return parseShells(readFileSync('/etc/shells', 'utf8'));
    } catch (error) {
      if (isSystemError(error) && error.code === 'ENOENT') return undefined;
      throw error;
    }
  },
};

/** The shells in the text of shells(5): a path a line, comments after `#`. */
export function parseShells(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line.startsWith('/'));
}
