// RFC 959 §4.1.3: SITE PARAMETERS (SITE)
import type { CommandRow } from '../contract/command.ts';
import type { Outcome } from '../replies/outcomes.ts';

/** A SITE command that has no row of its own. */
export function siteUnknown(argument: string): Outcome {
  return { name: 'siteCommandNotUnderstood', verb: argument.split(' ', 1)[0] ?? '' };
}

/** The row of SITE in the table of verbs. */
export const siteRow: CommandRow = {
  verb: 'SITE',
  argument: 'required',
  phase: 'loggedIn',
  syntax: '<SP> command',
  help: 'commands of this server, see SITE HELP',
  run: (_session, argument) => siteUnknown(argument),
};
