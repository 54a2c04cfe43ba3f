import { NoPasswordError, readNewPassword } from '@pure-ftpd/cli';
import { hashPassword, isPasswordHash } from '@pure-ftpd/passwords';

import { CommandError, ExitStatus } from '../exit-status.ts';

/** What stands before the hash of a user who is locked, as in the system's own file: it makes it none. */
const LOCK = '!';

/** Asks for a new password, twice; without a terminal it is a line of standard input. @returns its hash */
export async function askForHash(): Promise<string> {
  try {
    const password = await readNewPassword();
    try {
      return await hashPassword(password);
    } finally {
      password.fill(0);
    }
  } catch (error) {
    if (!(error instanceof NoPasswordError)) throw error;
    throw new CommandError(error.message, ExitStatus.failed, { cause: error });
  }
}

/** Nobody can log in with it. */
export function isLocked(hash: string): boolean {
  return !isPasswordHash(hash);
}

/** A hash that nobody can log in with, and from which `unlocked` gets back what it was. */
export function locked(hash: string): string {
  return isLocked(hash) ? hash : LOCK + hash;
}

/** The hash that was locked; undefined where there was none. */
export function unlocked(hash: string): string | undefined {
  const before = hash.startsWith(LOCK) ? hash.slice(LOCK.length) : hash;
  return isLocked(before) ? undefined : before;
}
