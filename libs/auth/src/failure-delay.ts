import { randomInt } from 'node:crypto';

/** Failures after which a session ends [server-options §5]. */
export const MAX_LOGIN_FAILURES = 6;

/** Seconds that each failure adds [server-options §5]. */
const UNIT_SECONDS = 3;

/**
 * Milliseconds that the answer to failure number `failures` of a session waits: a unit for each, and a random part of one
 * [server-protocol §6]. An account that is turned away for its uid waits as a failure that is not counted.
 */
export function failureDelay(failures: number, unitSeconds: number = UNIT_SECONDS): number {
  const unit = Math.round(unitSeconds * 1000);
  return failures * unit + randomInt(unit + 1);
}
