// RFC 959 §4.1.3: RENAME FROM (RNFR)
import type { CommandRow } from '../contract/command.ts';
import { FilesystemError, fileOutcome } from '../errors.ts';
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';
import { reason } from '../replies/reasons.ts';

export async function rnfr(session: Session, path: string): Promise<Outcome> {
  session.renameFrom = undefined;
  try {
    if (path === '/') throw new FilesystemError(reason('rootRenamed'));
    await session.fs.lstat(path);
  } catch (error) {
    return fileOutcome(error, path);
  }
  session.renameFrom = path;
  return { name: 'renameReady' };
}

/** The row of RNFR in the table of verbs. */
export const rnfrRow: CommandRow = {
  verb: 'RNFR',
  argument: 'required',
  phase: 'loggedIn',
  permission: 'f',
  path: 'link',
  syntax: '<SP> path',
  help: 'rename: the old name',
  run: rnfr,
};
