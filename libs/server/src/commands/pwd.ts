// RFC 959 §4.1.3: PRINT WORKING DIRECTORY (PWD)
import type { CommandRow } from '../contract/command.ts';
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';

export function pwd(session: Session): Outcome {
  return { name: 'currentDirectory', path: session.cwd };
}

/** The row of PWD in the table of verbs. */
export const pwdRow: CommandRow = {
  verb: 'PWD',
  argument: 'none',
  phase: 'loggedIn',
  syntax: '',
  help: 'show the current directory',
  run: pwd,
};
