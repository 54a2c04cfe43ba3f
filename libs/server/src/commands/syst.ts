// RFC 959 §4.1.3: SYSTEM (SYST)
import type { CommandRow } from '../contract/command.ts';
import type { Outcome } from '../replies/outcomes.ts';

export function syst(): Outcome {
  return { name: 'systemType' };
}

/** The row of SYST in the table of verbs. */
export const systRow: CommandRow = {
  verb: 'SYST',
  argument: 'none',
  phase: 'always',
  syntax: '',
  help: 'show the kind of system',
  run: syst,
};
