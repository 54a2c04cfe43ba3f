// RFC 3659 §4: SIZE OF FILE (SIZE)
import type { CommandRow } from '../contract/command.ts';
import { fileOutcome } from '../errors.ts';
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';

/** @param inAscii Answer the stored size in TYPE A, too, where it is not what RETR would send. */
export async function size(session: Session, path: string, inAscii = false): Promise<Outcome> {
  if (session.currentType === 'a' && !inAscii) return { name: 'sizeInAscii' };
  try {
    const stats = await session.fs.stat(path);
    return stats.type === 'file' ? { name: 'fileSize', size: stats.size } : { name: 'notRegularFile', path };
  } catch (error) {
    return fileOutcome(error, path);
  }
}

/** The row of SIZE in the table of verbs. */
export const sizeRow: CommandRow = {
  verb: 'SIZE',
  argument: 'required',
  phase: 'loggedIn',
  permission: 'l',
  path: 'follow',
  feature: 'SIZE',
  syntax: '<SP> path',
  help: 'show the size of a file',
  run: size,
};
