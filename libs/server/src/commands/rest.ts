// RFC 3659 §5: RESTART (REST) in stream mode
import type { CommandRow } from '../contract/command.ts';
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';

export function rest(session: Session, argument: string): Outcome {
  const offset = Number(argument);
  if (!/^\d+$/.test(argument) || !Number.isSafeInteger(offset)) {
    session.restartPosition = 0;
    return { name: 'restartInvalid' };
  }
  if (session.currentType === 'a' && offset > 0) return { name: 'restartInAscii' };
  session.restartPosition = offset;
  return { name: 'restartAt', offset, type: session.currentType === 'a' ? 'ascii' : 'binary' };
}

/** The row of REST in the table of verbs. */
export const restRow: CommandRow = {
  verb: 'REST',
  needs: 'restart',
  argument: 'required',
  phase: 'loggedIn',
  feature: 'REST STREAM',
  syntax: '<SP> position',
  help: 'start the next transfer at a position',
  run: rest,
};
