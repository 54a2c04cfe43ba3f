// RFC 959 §4.1.3: RENAME TO (RNTO)
import type { CommandRow } from '../contract/command.ts';
import { fileOutcome } from '../errors.ts';
import type { Session } from '../contract/session.ts';
import { refusedBeforeRename } from '../user-code/before.ts';
import type { Outcome } from '../replies/outcomes.ts';

export async function rnto(session: Session, path: string): Promise<Outcome> {
  const from = session.renameFrom;
  if (from === undefined) return { name: 'renameSourceRequired' };
  session.renameFrom = undefined;
  if (session.onBeforeRename !== undefined) {
    const refusal = await refusedBeforeRename(session, from, path);
    if (refusal !== undefined) return refusal;
  }
  try {
    await session.fs.rename(from, path);
  } catch (error) {
    return fileOutcome(error, path);
  }
  session.event({ type: 'renamed', from: session.fs.realPath(from), to: session.fs.realPath(path) });
  return { name: 'renamed' };
}

/** The row of RNTO in the table of verbs. */
export const rntoRow: CommandRow = {
  verb: 'RNTO',
  argument: 'required',
  phase: 'loggedIn',
  permission: 'f',
  path: 'create',
  syntax: '<SP> path',
  help: 'rename: the new name',
  run: rnto,
};
