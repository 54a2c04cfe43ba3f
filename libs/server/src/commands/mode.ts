// RFC 959 §3.4, §4.1.2: TRANSFER MODE (MODE)
import type { CommandRow } from '../contract/command.ts';
import { upperCase } from '@pure-ftpd/protocol';

import type { Outcome } from '../replies/outcomes.ts';
import { reason } from '../replies/reasons.ts';

export function mode(argument: string): Outcome {
  const wanted = upperCase(argument);
  if (wanted === 'S') return { name: 'modeSet' };
  if (wanted === 'B' || wanted === 'C') return { name: 'modeUnsupported', argument };
  return { name: 'argumentInvalid', verb: 'MODE', reason: reason('transferModeUnknown') };
}

/** The row of MODE in the table of verbs. */
export const modeRow: CommandRow = {
  verb: 'MODE',
  argument: 'required',
  phase: 'loggedIn',
  syntax: '<SP> S',
  help: 'set the transfer mode',
  run: (_session, argument) => mode(argument),
};
