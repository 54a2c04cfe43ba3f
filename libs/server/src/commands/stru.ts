// RFC 959 §3.1.2, §4.1.2: FILE STRUCTURE (STRU)
import type { CommandRow } from '../contract/command.ts';
import { upperCase } from '@pure-ftpd/protocol';

import type { Outcome } from '../replies/outcomes.ts';
import { reason } from '../replies/reasons.ts';

export function stru(argument: string): Outcome {
  const structure = upperCase(argument);
  if (structure === 'F') return { name: 'structureSet' };
  if (structure === 'P' || structure === 'R') return { name: 'structureUnsupported', argument };
  return { name: 'argumentInvalid', verb: 'STRU', reason: reason('structureUnknown') };
}

/** The row of STRU in the table of verbs. */
export const struRow: CommandRow = {
  verb: 'STRU',
  argument: 'required',
  phase: 'loggedIn',
  syntax: '<SP> F',
  help: 'set the file structure',
  run: (_session, argument) => stru(argument),
};
