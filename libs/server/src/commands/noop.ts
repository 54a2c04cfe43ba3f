// RFC 959 §4.1.3: NO OPERATION (NOOP)
import type { CommandRow } from '../contract/command.ts';
import type { Outcome } from '../replies/outcomes.ts';

const done: Outcome = { name: 'noop' };

export function noop(): Outcome {
  return done;
}

/** The row of NOOP in the table of verbs. */
export const noopRow: CommandRow = {
  verb: 'NOOP',
  argument: 'none',
  phase: 'always',
  duringTransfer: true,
  syntax: '',
  help: 'do nothing',
  run: noop,
};
