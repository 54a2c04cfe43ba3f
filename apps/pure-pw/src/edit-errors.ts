import { failedCall, systemErrorText } from '@pure-ftpd/cli';
import { PasswdFileError } from '@pure-ftpd/puredb';
import { ActionError, ExitStatus } from './exit-status.ts';

/** Which of the two the C tool suspects when an edit is refused. */
export type Suspicion = "doesn't already exist" | 'already exists';

/** System calls on the temporary file once it is there. */
const WRITING = ['write', 'fsync', 'close'];

/** What the C tool prints and returns when the text file was not changed (spec pure-pw section 1.2). */
export function editError(error: unknown, login: string, file: string, suspicion: Suspicion): unknown {
  if (!(error instanceof PasswdFileError)) {
    return error;
  }
  const refused = `Error.\nCheck that [${login}] ${suspicion},\nand that [${file}.tmp] can be written.`;
  switch (error.code) {
    case 'UNWRITABLE': {
      return unwritable(error, refused);
    }
    case 'INVALID_RECORD': {
      return new ActionError(ExitStatus.badArgument, error.message, { cause: error });
    }
    case 'UNREADABLE': {
      return new ActionError(ExitStatus.editRefused, `${unreadableText(error)}\n${refused}`, { cause: error });
    }
    case 'EXISTS':
    case 'ABSENT':
    case 'LOCKED':
    default: {
      return new ActionError(ExitStatus.editRefused, refused, { cause: error });
    }
  }
}

function unwritable(error: PasswdFileError, refused: string): ActionError {
  const syscall = failedCall(error)?.syscall ?? '';
  if (syscall === 'rename') {
    const message = `Unable to rename the file: ${systemErrorText(error)}`;
    return new ActionError(ExitStatus.failed, message, { cause: error });
  }
  if (WRITING.includes(syscall)) {
    return new ActionError(ExitStatus.failed, `Unable to close the file: ${systemErrorText(error)}`, { cause: error });
  }
  return new ActionError(ExitStatus.editRefused, refused, { cause: error });
}

/** The line for a text file that cannot be read. */
export function unreadableText(error: unknown): string {
  return `Unable to open the passwd file: ${systemErrorText(error)}`;
}
