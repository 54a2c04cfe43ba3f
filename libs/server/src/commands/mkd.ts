// RFC 959 §4.1.3: MAKE DIRECTORY (MKD)
import type { CommandRow } from '../contract/command.ts';
import { fileOutcome } from '../errors.ts';
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';

export async function mkd(session: Session, path: string): Promise<Outcome> {
  try {
    await session.fs.mkdir(path, session.settings.directoryMode);
  } catch (error) {
    return fileOutcome(error, path);
  }
  session.event({ type: 'directoryCreated', path: session.fs.realPath(path) });
  return { name: 'directoryCreated', path };
}

/** The row of MKD in the table of verbs. */
export const mkdRow: CommandRow = {
  verb: 'MKD',
  argument: 'required',
  phase: 'loggedIn',
  permission: 'm',
  path: 'create',
  before: 'onBeforeMakeDirectory',
  syntax: '<SP> path',
  help: 'make a directory',
  run: mkd,
};
