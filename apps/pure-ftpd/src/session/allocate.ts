// ALLO [server-protocol §4]: whether an upload of a size would find room.
import { type CommandResult, errorText, isSystemError } from '@pure-ftpd/server';

import type { PureFtpdHandler } from './handler.ts';

/** Nothing is reserved: another upload may take the room first. */
export async function allocate(session: PureFtpdHandler, argument: string): Promise<CommandResult> {
  if (argument.startsWith('-')) {
    return { name: 'argumentInvalid', verb: 'ALLO', reason: 'a number of bytes is expected' };
  }
  const bytes = Number(/^\d*/.exec(argument)?.[0] ?? 0);
  try {
    if (bytes > (await session.fs.statfs(session.fs.cwd)).free) return { name: 'storageLimitExceeded' };
  } catch (error) {
    // Where the room cannot be told, the upload will tell.
    if (!isSystemError(error)) throw error;
    session.settings.daemon.log.write('DEBUG', `free space: ${errorText(error)}`, session.subject);
  }
  return { name: 'allocationUnneeded' };
}
