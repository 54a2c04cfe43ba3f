// RFC 3659 §3: FILE MODIFICATION TIME (MDTM)
import type { CommandRow } from '../contract/command.ts';
import { fileOutcome } from '../errors.ts';
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';

export async function mdtm(session: Session, path: string): Promise<Outcome> {
  try {
    const stats = await session.fs.stat(path);
    return stats.type === 'file' ? { name: 'fileModified', mtimeMs: stats.mtimeMs } : { name: 'notRegularFile', path };
  } catch (error) {
    return fileOutcome(error, path);
  }
}

/** The row of MDTM in the table of verbs. */
export const mdtmRow: CommandRow = {
  verb: 'MDTM',
  argument: 'required',
  phase: 'loggedIn',
  permission: 'l',
  path: 'follow',
  feature: 'MDTM',
  syntax: '<SP> path',
  help: 'show when a file was modified',
  run: mdtm,
};
