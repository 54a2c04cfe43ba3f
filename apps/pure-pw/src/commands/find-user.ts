import { PasswdFile, PasswdFileError, type UserRecord } from '@pure-ftpd/puredb';
import { unreadableText } from '../edit-errors.ts';
import { ActionError, ExitStatus } from '../exit-status.ts';
import { printError, warnInvalidLine } from '../terminal.ts';

/** The user's record, as `show`, `usermod` and `passwd` need it. @throws ActionError when there is none. */
export async function findUser(login: string, path: string): Promise<UserRecord> {
  let found: UserRecord | undefined;
  try {
    found = await new PasswdFile(path).find(login, warnInvalidLine);
  } catch (error) {
    if (!(error instanceof PasswdFileError)) {
      throw error;
    }
    printError(unreadableText(error));
  }
  if (found === undefined) {
    throw new ActionError(ExitStatus.unknownUser, `Unable to fetch info about user [${login}] in file [${path}]`);
  }
  return found;
}
