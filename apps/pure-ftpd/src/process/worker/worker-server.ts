import { type FailureContext, type FTPHandler, FTPServer } from '@pure-ftpd/server';
import type { DataPorts } from '@pure-ftpd/server/internal';

import type { MonitorLink } from '../monitor-link.ts';

/** Serves the sessions it is handed; nobody connects to it. Who may come has been counted before. */
export class WorkerServer extends FTPServer {
  readonly #link: MonitorLink;
  /** Sessions that the monitor believes to be here. */
  readonly #given = new Set<string>();

  constructor(link: MonitorLink, handler: ConstructorParameters<typeof FTPServer>[1], dataPorts: DataPorts) {
    super([], handler, { dataPorts });
    this.#link = link;
    this.maxCons = 0;
  }

  /** The log has been told, unless it is the log that has failed. */
  override onError(error: Error, session: FTPHandler | undefined, about: FailureContext): void | Promise<void> {
    return session === undefined || about.hook === 'onEvent' ? super.onError(error, session, about) : undefined;
  }

  /** A session has been given to this process. */
  given(sessionId: string): void {
    this.#given.add(sessionId);
  }

  /** It has ended, or cannot begin: the monitor is told once. */
  tellEnd(sessionId: string): void {
    if (this.#given.delete(sessionId)) this.#link.sendSoon({ type: 'ended', session: sessionId });
  }

  override sessionLeft(session: FTPHandler): void {
    super.sessionLeft(session);
    this.#given.delete(session.sessionId);
  }

  override sessionEnded(session: FTPHandler): void {
    super.sessionEnded(session);
    this.tellEnd(session.sessionId);
  }
}
