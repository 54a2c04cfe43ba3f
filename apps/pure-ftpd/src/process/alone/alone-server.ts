import type { FTPHandler } from '@pure-ftpd/server';

import type { OwnSessions } from '../../scoreboard/own-sessions.ts';
import { FrontServer } from '../front-server.ts';

/** The server of one process: its sessions leave the scoreboard when they end. */
export class AloneServer extends FrontServer {
  readonly #board: OwnSessions;

  constructor(board: OwnSessions, ...rest: ConstructorParameters<typeof FrontServer>) {
    super(...rest);
    this.#board = board;
  }

  override sessionEnded(session: FTPHandler): void {
    super.sessionEnded(session);
    this.#board.ended(session);
  }
}
