// RFC 959 §3.1.1, §4.1.2: REPRESENTATION TYPE (TYPE)
import type { CommandRow } from '../contract/command.ts';
import { upperCase } from '@pure-ftpd/protocol';

import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';

const TYPES = new Map<string, 'a' | 'i'>([
  ['A', 'a'],
  ['A N', 'a'],
  ['L7', 'a'],
  ['I', 'i'],
  ['L8', 'i'],
  ['L 8', 'i'],
]);

export function type(session: Session, argument: string): Outcome {
  const found = TYPES.get(upperCase(argument));
  if (found === undefined) {
    return { name: 'typeUnsupported', argument, current: session.currentType === 'a' ? 'ascii' : 'binary' };
  }
  session.currentType = found;
  return { name: 'typeSet', type: found === 'a' ? 'ascii' : 'binary' };
}

/** The row of TYPE in the table of verbs. */
export const typeRow: CommandRow = {
  verb: 'TYPE',
  argument: 'required',
  phase: 'loggedIn',
  syntax: '<SP> A | I',
  help: 'set the representation type',
  run: type,
};
