// PRET: the command that will follow PASV, so that what must fail fails before a data connection is made (DrFTPD)
import type { CommandRow } from '../contract/command.ts';
import { fileOutcome } from '../errors.ts';
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';
import { admitPath } from '../session/policy.ts';

export async function pret(session: Session, argument: string): Promise<Outcome> {
  const name = /^RETR (.+)$/is.exec(argument)?.[1];
  if (name === undefined) return { name: 'preTransferAccepted' };
  const admitted = await admitPath(session, { path: 'follow', permission: 'r', verb: 'RETR' }, name);
  if ('name' in admitted) return admitted;
  try {
    // Whether it can be read is known when it has been opened, and not before.
    const file = await session.fs.open(admitted.path);
    await file.close();
  } catch (error) {
    return fileOutcome(error, admitted.path);
  }
  return { name: 'preTransferAccepted' };
}

/** The row of PRET in the table of verbs. */
export const pretRow: CommandRow = {
  verb: 'PRET',
  argument: 'required',
  phase: 'loggedIn',
  feature: 'PRET',
  syntax: '<SP> command',
  help: 'ask whether a transfer would be possible',
  run: pret,
};
