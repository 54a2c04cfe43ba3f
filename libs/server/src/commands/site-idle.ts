// SITE IDLE: how long a session may be silent
import type { CommandRow } from '../contract/command.ts';
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

/** The row of SITE IDLE in the table of verbs. */
export const siteIdleRow: CommandRow = {
  verb: 'SITE IDLE',
  argument: 'required',
  phase: 'loggedIn',
  syntax: '<SP> seconds',
  help: 'set the idle time',
  run: siteIdle,
};
