import type { FTPHandler } from '@pure-ftpd/server';

import type { SessionBoard } from '../../scoreboard/session-board.ts';
import { FrontServer } from '../front-server.ts';

/** The server of one process: whoever shows its sessions hears of their ends. */
export class AloneServer extends FrontServer {
  readonly #board: SessionBoard;

  constructor(board: SessionBoard, ...rest: ConstructorParameters<typeof FrontServer>) {
    super(...rest);
    this.#board = board;
  }

  override sessionEnded(session: FTPHandler): void {
    super.sessionEnded(session);
    this.#board.ended(session);
  }
}
