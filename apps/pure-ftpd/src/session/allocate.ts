// ALLO [server-protocol §4]: whether an upload of a size would find room.
import type { CommandResult } from '@pure-ftpd/server';
import { allo, errorText, isFileError, reason } from '@pure-ftpd/server/internal';

import { quotaIn } from '../files/user-file-system.ts';
import type { PureFtpdHandler } from './handler.ts';

/** Nothing is reserved: another upload may take the room first. */
export async function allocate(session: PureFtpdHandler, argument: string): Promise<CommandResult> {
  if (argument.startsWith('-')) {
    return { name: 'argumentInvalid', verb: 'ALLO', reason: reason('bytesExpected') };
  }
  const bytes = Number(/^\d*/.exec(argument)?.[0] ?? 0);
  try {
    const { fs, cwd } = session;
    if (bytes > (await fs.statfs(cwd)).free || (await quotaIn(fs)?.hasRoomFor(bytes)) === false)
      return { name: 'storageLimitExceeded' };
  } catch (error) {
    // Where the room cannot be told, the upload will tell.
    if (!isFileError(error)) throw error;
    session.settings.daemon.log.write('DEBUG', `free space: ${errorText(error)}`, session.subject);
  }
  return allo(session, argument);
}
