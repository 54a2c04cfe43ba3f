import { failedCall, Progress, systemErrorText } from '@pure-ftpd/cli';
import { buildDatabase, PasswdFileError, PureDBError } from '@pure-ftpd/puredb';
import { unreadableText } from '../edit-errors.ts';
import { ActionError, ExitStatus } from '../exit-status.ts';

/** Builds the database from the text file (spec pure-pw section 4). Prints nothing when all is well. */
export async function mkdb(passwdFile: string, database: string): Promise<void> {
  const progress = new Progress(database);
  try {
    await buildDatabase(passwdFile, database, { onProgress: (done, total) => progress.update(done, total) });
  } catch (error) {
    progress.clear();
    if (error instanceof PasswdFileError) {
      throw new ActionError(ExitStatus.unreadableFile, unreadableText(error), { cause: error });
    }
    if (error instanceof PureDBError) {
      throw new ActionError(ExitStatus.failed, `${failedStep(error)}: ${systemErrorText(error)}`, { cause: error });
    }
    throw error;
  }
  progress.clear();
}

/** System calls at the end, when all is written. */
const CLOSING = ['fsync', 'close', 'rename'];

/** The C tool says at which of its three steps it failed. */
function failedStep(error: PureDBError): string {
  if (error.code === 'TOO_LARGE') {
    return 'Error while indexing a new entry';
  }
  const { code = '', syscall = '' } = failedCall(error) ?? {};
  if (syscall === 'write') {
    return 'Error while indexing a new entry';
  }
  // A folder that is not there, or no name at all, is found out by C when it starts.
  const atTheEnd = CLOSING.includes(syscall) && code !== 'ENOENT';
  return atTheEnd ? 'Unable to close the database' : 'Unable to create the database';
}
