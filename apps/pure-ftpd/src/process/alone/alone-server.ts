import type { FTPHandler } from '@pure-ftpd/server';

import { PureFtpdHandler } from '../../session/handler.ts';
import { FrontServer } from '../front-server.ts';

/** The server of one process: its sessions tell of their own end. */
export class AloneServer extends FrontServer {
  override sessionEnded(session: FTPHandler): void {
    super.sessionEnded(session);
    if (session instanceof PureFtpdHandler) session.lines.left();
  }
}
