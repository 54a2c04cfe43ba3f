import { isTerminal } from '@pure-ftpd/cli';
import { encodeText } from '@pure-ftpd/protocol';
import { PasswdFile, PasswdFileError, type UserRecord } from '@pure-ftpd/puredb';
import type { Request } from '../command-line.ts';
import { unreadableText } from '../edit-errors.ts';
import { ActionError, ExitStatus } from '../exit-status.ts';
import { print, warnInvalidLine } from '../terminal.ts';

const CHUNK = 32_768;

/** Blanks up to `width` bytes, never cut; the C tool counts bytes, not characters. */
function column(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - encodeText(text).length));
}

/** One line of the list: in columns for a person, with tabs for a program. */
export function formatEntry({ login, home, gecos }: UserRecord, forTerminal: boolean): string {
  return forTerminal
    ? `${column(login, 19)} ${column(home, 39)} ${column(gecos, 19)}\n`
    : `${login}\t${home}\t${gecos}\n`;
}

/** Prints login, home and full name of all users, in the order of the text file. */
export async function list(request: Request): Promise<void> {
  const forTerminal = isTerminal(1);
  let pending = '';
  try {
    for await (const entry of new PasswdFile(request.passwdFile).entries()) {
      if (entry.kind === 'invalid') {
        warnInvalidLine(entry.login);
        continue;
      }
      pending += formatEntry(entry.record, forTerminal);
      if (pending.length >= CHUNK) {
        print(pending);
        pending = '';
      }
    }
  } catch (error) {
    if (!(error instanceof PasswdFileError)) {
      throw error;
    }
    throw new ActionError(ExitStatus.unreadableFile, unreadableText(error), { cause: error });
  } finally {
    print(pending);
  }
}
