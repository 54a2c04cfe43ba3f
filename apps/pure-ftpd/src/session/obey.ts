import type { SessionOrder } from '../contract/session-order.ts';
import { setBandwidth } from '../features/bandwidth.ts';
import { PureFtpdHandler } from './handler.ts';

/**
 * Does what an administrator has ordered for a session.
 * @param sessions Those of this process: one that has gone meanwhile is not among them.
 */
export function obey(sessions: Iterable<object>, sessionId: string, order: SessionOrder): void {
  for (const session of sessions)
    if (session instanceof PureFtpdHandler && session.sessionId === sessionId) carryOut(session, order);
}

function carryOut(session: PureFtpdHandler, order: SessionOrder): void {
  switch (order.kind) {
    case 'kick':
      session.respond({ name: 'kicked' });
      session.data.giveUp();
      session.closeWhenDone();
      return;
    case 'throttle':
      setBandwidth(session, order);
      return;
    case 'verbosity':
      session.lines.verbosity = order.level;
      return;
    default:
      order satisfies never;
  }
}
