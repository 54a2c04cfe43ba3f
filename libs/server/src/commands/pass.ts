// RFC 959 §4.1.1: PASSWORD (PASS)
import type { CommandResult } from '../contract/command.ts';
import type { Session } from '../contract/session.ts';
import { follow } from '../login/follow-judgement.ts';

export async function pass(session: Session, password: string): Promise<CommandResult> {
  if (session.authenticated) return { name: 'alreadyLoggedIn' };
  if (session.username === '') return { name: 'userRequired' };
  return follow(session, await session.settings.authenticator.judge(session, session.username, password));
}
