import type { SessionActivity } from '@pure-ftpd/scoreboard';
import { type SessionEvent, transferPosition } from '@pure-ftpd/server';

import type { PureFtpdHandler } from '../session/handler.ts';

/** Hears what the sessions of a process do, for whoever shows it. */
export interface SessionBoard {
  /** Something happened in a session. */
  event(session: PureFtpdHandler, event: SessionEvent): void;
}

/** Tells of the transfers of a session. */
export function tellOfTransfer(activity: SessionActivity, session: PureFtpdHandler, event: SessionEvent): void {
  if (event.type === 'transfer') activity.idle();
  if (event.type !== 'transferStarted') return;
  const { direction, path, offset, size, transfer } = event;
  activity.transfer({
    direction: direction === 'send' ? 'download' : 'upload',
    name: session.lines.transferName(direction, path),
    offset,
    size: size ?? 0,
    position: () => transferPosition(transfer) ?? offset,
  });
}
