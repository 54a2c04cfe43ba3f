// Clients that only keep their connection [server-protocol §10].
import type { CommandRow } from '@pure-ftpd/server';

import type { PureFtpdHandler } from './handler.ts';

/** Commands by which clients keep a connection that they do not use. */
const KEEPING = new Set(['CWD', 'MODE', 'NOOP', 'PWD', 'REST', 'SYST', 'TYPE', 'XCWD', 'XPWD']);

/** Notes, at the beginning and the end of a command, that the session is used for something. */
export function noteUse(session: PureFtpdHandler, verb: string): void {
  if (!KEEPING.has(verb) || session.data.transfer !== undefined) session.usedAt = performance.now();
}

/** Whether a client has done nothing but keep its session for more than twice the idle time. It is asked for each command. */
export function onlyKeepsAlive(session: PureFtpdHandler, { verb }: CommandRow): boolean {
  noteUse(session, verb);
  return session.timeout > 0 && performance.now() - session.usedAt > session.timeout * 2000;
}
