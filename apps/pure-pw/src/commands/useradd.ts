import { formatTextLine, newRecord, PasswdFile } from '@pure-ftpd/puredb';
import type { Request } from '../command-line.ts';
import { editError } from '../edit-errors.ts';
import { ActionError, ExitStatus } from '../exit-status.ts';
import { askAndHash } from '../new-hash.ts';
import { requireLogin } from './require-login.ts';

/** As long as any hash that is made, to see whether the line fits before somebody types a password. */
const HASH_OF_GREATEST_LENGTH = '$'.repeat(127);

/** Adds a user; whether it exists is looked at last, after the password, as in the C tool. */
export async function useradd(request: Request): Promise<void> {
  const login = requireLogin(request);
  const { changes, passwdFile } = request;
  if (changes.uid === 0 || changes.gid === 0) {
    throw new ActionError(ExitStatus.missingIds, 'You must give (non-root) uid and gid');
  }
  if (changes.home === undefined) {
    throw new ActionError(ExitStatus.missingHome, 'Missing home directory');
  }
  try {
    formatTextLine(newRecord(login, HASH_OF_GREATEST_LENGTH, changes.home, changes));
    const hash = await askAndHash(request.hashCost);
    await new PasswdFile(passwdFile).add(newRecord(login, hash, changes.home, changes));
  } catch (error) {
    throw editError(error, login, passwdFile, "doesn't already exist");
  }
}
