// The names that STOU gives.
import { randomInt } from 'node:crypto';

import type { Slots, StateOf } from '@pure-ftpd/server/internal';

import type { Feature } from '../contract/feature.ts';
import type { PureFtpdSession } from '../contract/session.ts';

const STATE = {
  /** How many were given. */
  uniqueNames: { initial: () => 0 },
} as const satisfies Slots;

/** In the C server's form: seconds, a part of the time, and a number of the session's. */
export function uniqueName(session: PureFtpdSession & StateOf<typeof STATE>): string {
  session.uniqueNames += 1;
  const seconds = Math.floor(Date.now() / 1000);
  return `pureftpd.${hex(seconds, 8)}.${hex(randomInt(256), 2)}.${hex(session.uniqueNames, 4)}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

export const uniqueNames = { name: 'unique names', state: STATE } satisfies Feature;
