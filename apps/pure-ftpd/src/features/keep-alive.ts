// Clients that only keep their connection [server-protocol §10].
import type { CommandRow, Outcome } from '@pure-ftpd/server';
import type { Slots, StateOf } from '@pure-ftpd/server/internal';

import type { Feature } from '../contract/feature.ts';
import type { PureFtpdSession } from '../contract/session.ts';

const STATE = {
  /** The time of the last command that does more than keep the connection alive, by `performance.now()`. */
  usedAt: { initial: () => performance.now() },
} as const satisfies Slots;

type UsedSession = PureFtpdSession & StateOf<typeof STATE>;

/** Commands by which clients keep a connection that they do not use. */
const KEEPING = new Set(['CWD', 'MODE', 'NOOP', 'PWD', 'REST', 'SYST', 'TYPE', 'XCWD', 'XPWD']);

/** Notes, at the beginning and the end of a command, that the session is used for something. */
function noteUse(session: UsedSession, verb: string): void {
  if (!KEEPING.has(verb) || session.data.transfer !== undefined) session.usedAt = performance.now();
}

/** Ends who has done nothing but keep a session for more than twice the idle time. Asked for each command. */
function refusedAsUnused(session: UsedSession, { verb }: CommandRow): Outcome | undefined {
  noteUse(session, verb);
  if (session.timeout <= 0 || performance.now() - session.usedAt <= session.timeout * 2000) return undefined;
  // Behind the reply.
  queueMicrotask(() => session.closeWhenDone());
  return { name: 'idleTimeout' };
}

export const keepAlive = {
  name: 'keep-alive',
  state: STATE,
  policies: [{ at: 'first', judge: refusedAsUnused }],
  concluded(session: UsedSession, { verb }, outcome) {
    noteUse(session, verb);
    return outcome;
  },
} satisfies Feature;
