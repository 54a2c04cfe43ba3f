// SITE IDLE: how long a session may be silent
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';

export function siteIdle(session: Session, argument: string): Outcome {
  const seconds = Number(argument);
  const most = session.settings.maxIdleTime;
  if (!/^\d{1,9}$/.test(argument) || seconds > most) {
    return { name: 'argumentInvalid', verb: 'SITE IDLE', reason: `seconds up to ${most} are expected` };
  }
  session.setTimeout(seconds);
  return { name: 'idleTimeSet', seconds };
}
