import type { BoardSession } from '@pure-ftpd/scoreboard';
import type { FTPHandler, SessionEvent } from '@pure-ftpd/server';

import type { PureFtpdHandler } from '../session/handler.ts';
import type { ServerScoreboard } from './server-scoreboard.ts';
import { type SessionBoard, tellOfTransfer } from './session-board.ts';

/** Where one process serves everybody: puts its sessions on the scoreboard itself. */
export class OwnSessions implements SessionBoard {
  readonly #scoreboard: ServerScoreboard;
  readonly #entries = new WeakMap<FTPHandler, BoardSession>();

  constructor(scoreboard: ServerScoreboard) {
    this.#scoreboard = scoreboard;
  }

  event(session: PureFtpdHandler, event: SessionEvent): void {
    if (event.type === 'connect') {
      const entry = this.#scoreboard.add(event);
      if (entry !== undefined) this.#entries.set(session, entry);
      return;
    }
    const entry = this.#entries.get(session);
    if (entry === undefined) return;
    if (event.type === 'login') entry.login(session.account?.login ?? event.username);
    else if (event.type === 'logout') entry.login('?');
    else tellOfTransfer(entry, session, event);
  }

  /** A session is over. */
  ended(session: FTPHandler): void {
    this.#entries.get(session)?.end();
  }
}
