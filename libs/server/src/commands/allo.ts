// RFC 959 §4.1.3: ALLOCATE (ALLO)
import type { CommandRow } from '../contract/command.ts';
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';

/** Notes the size: an upload whose client hangs up before so many bytes came is not whole. */
export function allo(session: Session, argument: string): Outcome {
  const bytes = Number(/^\d{1,15}(?= |$)/.exec(argument)?.[0]);
  session.announcedBytes = Number.isNaN(bytes) ? undefined : bytes;
  return { name: 'allocationUnneeded' };
}

/** The row of ALLO in the table of verbs. */
export const alloRow: CommandRow = {
  verb: 'ALLO',
  argument: 'required',
  phase: 'loggedIn',
  syntax: '<SP> bytes',
  help: 'announce the size of an upload',
  run: allo,
};
