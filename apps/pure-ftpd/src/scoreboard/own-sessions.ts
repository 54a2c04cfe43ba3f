import { type BoardSession, SettledActivities, type SettledActivity } from '@pure-ftpd/scoreboard';
import type { FTPHandler, SessionEvent } from '@pure-ftpd/server';

import type { PureFtpdHandler } from '../session/handler.ts';
import type { ServerScoreboard } from './server-scoreboard.ts';
import { type SessionBoard, tellOfTransfer } from './session-board.ts';

/** Where one process serves everybody: puts its sessions on the scoreboard itself. */
export class OwnSessions implements SessionBoard {
  readonly #scoreboard: ServerScoreboard;
  readonly #entries = new WeakMap<FTPHandler, { readonly entry: BoardSession; readonly activity: SettledActivity }>();
  readonly #activities = new SettledActivities();

  constructor(scoreboard: ServerScoreboard) {
    this.#scoreboard = scoreboard;
  }

  event(session: PureFtpdHandler, event: SessionEvent): void {
    if (event.type === 'connect') {
      const entry = this.#scoreboard.add(event);
      if (entry !== undefined) this.#entries.set(session, { entry, activity: this.#activities.of(entry) });
      return;
    }
    const shown = this.#entries.get(session);
    if (shown === undefined) return;
    const { entry, activity } = shown;
    if (event.type === 'login') entry.login(session.account?.login ?? event.username);
    else if (event.type === 'logout') entry.login('?');
    else tellOfTransfer(activity, session, event);
  }

  /** A session is over. */
  ended(session: FTPHandler): void {
    const shown = this.#entries.get(session);
    shown?.activity.end();
    shown?.entry.end();
  }
}
