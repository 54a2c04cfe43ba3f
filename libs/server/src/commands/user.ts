// RFC 959 §4.1.1: USER NAME (USER)
import type { CommandRow } from '../contract/command.ts';
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';

/** Takes note of who wants to log in. Nothing is looked up yet: every name gets the same answer. */
export async function user(session: Session, username: string): Promise<Outcome> {
  const flushed = session.authenticated;
  // RFC 959 §4.1.1: a new USER at any time begins another login; what the last one could do is gone.
  if (flushed) await session.flushAccount();
  session.username = username;
  return { name: 'passwordRequired', username, flushed };
}

/** The row of USER in the table of verbs. */
export const userRow: CommandRow = {
  verb: 'USER',
  argument: 'required',
  phase: 'always',
  syntax: '<SP> name',
  help: 'log in',
  run: user,
};
