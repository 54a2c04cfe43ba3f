import { ActivityReporter, type SessionReport, SettledActivities, type SettledActivity } from '@pure-ftpd/scoreboard';
import type { FTPHandler, SessionEvent } from '@pure-ftpd/server';

import type { PureFtpdHandler } from '../session/handler.ts';
import { type SessionBoard, tellOfTransfer } from './session-board.ts';

/** In a worker: tells the monitor, which has the scoreboard, what its sessions transfer. */
export class ReportedSessions implements SessionBoard {
  readonly #reporter: ActivityReporter;
  readonly #settled = new SettledActivities();
  readonly #activities = new WeakMap<FTPHandler, SettledActivity>();

  constructor(send: (report: SessionReport) => void) {
    this.#reporter = new ActivityReporter(send);
  }

  /** A session begins here. @param number By which the monitor knows it. */
  begin(session: FTPHandler, number: number): void {
    this.#activities.set(session, this.#settled.of(this.#reporter.session(number)));
  }

  event(session: PureFtpdHandler, event: SessionEvent): void {
    const activity = this.#activities.get(session);
    if (activity === undefined) return;
    if (event.type === 'disconnect') activity.end();
    else tellOfTransfer(activity, session, event);
  }
}
