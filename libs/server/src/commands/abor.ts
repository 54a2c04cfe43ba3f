// RFC 959 §4.1.3: ABORT (ABOR)
import type { CommandRow } from '../contract/command.ts';
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';

export async function abor(session: Session): Promise<Outcome> {
  const { transfer } = session.data;
  if (transfer === undefined) {
    if (!session.data.hasEndpoint) return { name: 'nothingToAbort' };
    session.data.releaseEndpoint();
    return { name: 'dataConnectionDropped' };
  }
  transfer.abort();
  // The transfer says 426 for itself, and first.
  await session.runningCommand;
  return { name: 'abortComplete' };
}

/** The row of ABOR in the table of verbs. */
export const aborRow: CommandRow = {
  verb: 'ABOR',
  argument: 'none',
  phase: 'loggedIn',
  duringTransfer: true,
  syntax: '',
  help: 'abort the transfer',
  run: abor,
};
