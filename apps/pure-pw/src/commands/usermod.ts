import { changeRecord, PasswdFile } from '@pure-ftpd/puredb';
import type { Request } from '../command-line.ts';
import { editError } from '../edit-errors.ts';
import { askAndHash } from '../new-hash.ts';
import { findUser } from './find-user.ts';
import { requireLogin } from './require-login.ts';

/** Changes a user. The record that is changed is the one found under the lock: another editor's change is kept. */
export async function usermod(request: Request): Promise<void> {
  const login = requireLogin(request);
  const { changes, passwdFile } = request;
  await findUser(login, passwdFile);
  try {
    await new PasswdFile(passwdFile).modify(login, (record) => changeRecord(record, changes));
  } catch (error) {
    throw editError(error, login, passwdFile, 'already exists');
  }
}

/** Asks for a new password, then goes on as `usermod`, whose options are honoured too. */
export async function passwd(request: Request): Promise<void> {
  requireLogin(request);
  const passwordHash = await askAndHash(request.hashCost);
  await usermod({ ...request, changes: { ...request.changes, passwordHash } });
}
