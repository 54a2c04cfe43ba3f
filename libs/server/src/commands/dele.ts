// RFC 959 §4.1.3: DELETE (DELE)
import type { CommandRow } from '../contract/command.ts';
import { fileOutcome } from '../errors.ts';
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';

export async function dele(session: Session, path: string): Promise<Outcome> {
  try {
    await session.fs.remove(path);
  } catch (error) {
    return fileOutcome(error, path);
  }
  session.event({ type: 'removed', path: session.fs.realPath(path) });
  return { name: 'fileRemoved' };
}

/** The row of DELE in the table of verbs. */
export const deleRow: CommandRow = {
  verb: 'DELE',
  argument: 'required',
  phase: 'loggedIn',
  permission: 'd',
  path: 'link',
  before: 'onBeforeDelete',
  syntax: '<SP> path',
  help: 'delete a file',
  run: dele,
};
