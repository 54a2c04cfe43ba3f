// SITE IDLE: how long a session may be silent
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';
import { reason } from '../replies/reasons.ts';

export function siteIdle(session: Session, argument: string): Outcome {
  const seconds = Number(argument);
  const most = session.settings.maxIdleTime;
  if (!/^\d{1,9}$/.test(argument) || seconds > most) {
    return { name: 'argumentInvalid', verb: 'SITE IDLE', reason: reason('secondsExpected', { most }) };
  }
  session.setTimeout(seconds);
  return { name: 'idleTimeSet', seconds };
}
