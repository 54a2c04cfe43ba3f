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

/** How refusals of one attempt wait, in milliseconds, and what they are. */
export interface RefusalDelays {
  /** Of a failure, which counts. */
  readonly refused: number;
  /** Of a right password that is of no use: as long as a wrong password would have waited before. */
  readonly notServed: number;
  /** A failure is the last that the session may have. */
  readonly isLast: boolean;
}

/** The delays of the next attempt of a session that has failed so often. */
export function refusalDelays(failures: number, unitSeconds: number = UNIT_SECONDS): RefusalDelays {
  return {
    refused: failureDelay(failures + 1, unitSeconds),
    notServed: failureDelay(failures, unitSeconds),
    isLast: failures + 1 >= MAX_LOGIN_FAILURES,
  };
}
