import { saidPart } from '@pure-ftpd/server/internal';

import type { MovingSession } from '../contract/session.ts';
import { PURE_FTPD_SLOTS } from '../features/all.ts';
import type { MovingState, Sent } from './messages/to-monitor.ts';

/** What a process says of a session that it gives away: what its client has made of it. Who it is the monitor knows. */
export function saidOf(session: MovingSession): Sent<MovingState> {
  return saidPart(PURE_FTPD_SLOTS, session);
}
