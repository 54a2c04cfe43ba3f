// RFC 959 §4.1.3: REMOVE DIRECTORY (RMD)
import type { CommandRow } from '../contract/command.ts';
import { FilesystemError, fileOutcome } from '../errors.ts';
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';
import { reason } from '../replies/reasons.ts';

export async function rmd(session: Session, path: string): Promise<Outcome> {
  try {
    if (path === '/') throw new FilesystemError(reason('rootRemoved'));
    await session.fs.rmdir(path);
  } catch (error) {
    return fileOutcome(error, path);
  }
  session.event({ type: 'directoryRemoved', path: session.fs.realPath(path) });
  return { name: 'directoryRemoved' };
}

/** The row of RMD in the table of verbs. */
export const rmdRow: CommandRow = {
  verb: 'RMD',
  argument: 'required',
  phase: 'loggedIn',
  permission: 'd',
  path: 'link',
  before: 'onBeforeRemoveDirectory',
  syntax: '<SP> path',
  help: 'remove a directory',
  run: rmd,
};
