import { PasswdFile } from '@pure-ftpd/puredb';
import type { Request } from '../command-line.ts';
import { editError } from '../edit-errors.ts';
import { ExitStatus } from '../exit-status.ts';
import { requireLogin } from './require-login.ts';

/** Removes every line of a login. */
export async function userdel(request: Request): Promise<void> {
  const login = requireLogin(request, ExitStatus.failed);
  try {
    await new PasswdFile(request.passwdFile).remove(login);
  } catch (error) {
    throw editError(error, login, request.passwdFile, 'already exists');
  }
}
