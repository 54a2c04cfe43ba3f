// RFC 959 §4.1.1: PASSWORD (PASS)
import type { CommandResult, CommandRow } from '../contract/command.ts';
import type { Session } from '../contract/session.ts';
import { follow } from '../login/follow-judgement.ts';

export async function pass(session: Session, password: string): Promise<CommandResult> {
  if (session.authenticated) return { name: 'alreadyLoggedIn' };
  if (session.username === '') return { name: 'userRequired' };
  return follow(session, await session.settings.authenticator.judge(session, session.username, password));
}

/** The row of PASS in the table of verbs. */
export const passRow: CommandRow = {
  verb: 'PASS',
  argument: 'optional',
  phase: 'always',
  syntax: '<SP> password',
  help: 'log in, after USER',
  run: pass,
};
