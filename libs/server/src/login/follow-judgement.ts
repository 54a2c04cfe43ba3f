import type { Denial, Judgement } from '../contract/authenticator.ts';
import type { CommandResult } from '../contract/command.ts';
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';

/** What becomes of a session that was judged. */
export async function follow(session: Session, judgement: Judgement): Promise<CommandResult> {
  if (judgement.kind !== 'admitted') return deny(session, judgement);
  if (!session.closed) return judgement.begin();
  judgement.release();
  return undefined;
}

/** What a session is told that is not let in. */
export async function deny(session: Session, denial: Denial): Promise<CommandResult> {
  if (session.closed) return undefined;
  switch (denial.kind) {
    case 'refused': {
      session.attemptedLogins += 1;
      session.username = '';
      await denial.settle?.();
      if (session.closed) return undefined;
      const last = session.attemptedLogins >= session.settings.maxLoginAttempts;
      const outcome = { name: 'loginFailed', reason: denial.words, last } as const;
      return last ? end(session, outcome) : outcome;
    }
    case 'unseen':
      return { name: 'loginFailed', reason: undefined, last: false };
    case 'notServed':
      session.username = '';
      return { name: 'accountNotServed' };
    case 'tooMany':
      return end(session, { name: 'tooManySessionsOfUser' });
    case 'unavailable':
      return end(session, { name: 'serviceUnavailable', reason: 'authentication' });
    default:
      return denial satisfies never;
  }
}

/** Says it, and ends the session. */
export function end(session: Pick<Session, 'respond' | 'closeWhenDone'>, outcome: Outcome): undefined {
  session.respond(outcome);
  session.closeWhenDone();
  return undefined;
}
