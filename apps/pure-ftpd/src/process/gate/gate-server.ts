import type { ConnectionLimit, FTPHandler, FTPServerOptions, ListenAddress } from '@pure-ftpd/server';

import type { TurnedAway } from '../../events/event.ts';
import type { Log } from '../../log/log.ts';
import { FrontServer } from '../front-server.ts';
import type { GateAdmission } from './gate-admission.ts';

/** Accepts clients, and counts them all: those before their login, and those whom workers serve. */
export class GateServer extends FrontServer {
  readonly #admission: GateAdmission;

  constructor(
    log: Log,
    listeners: readonly ListenAddress[],
    handler: ConstructorParameters<typeof FrontServer>[2],
    admission: GateAdmission,
    options: FTPServerOptions,
  ) {
    super(log, listeners, handler, options);
    this.#admission = admission;
  }

  override onRefused(address: string, limit: ConnectionLimit): void {
    super.onRefused(address, limit);
    if (limit === 'maxConsPerIp') this.#admission.flooded(address);
  }

  override turnedAway(reason: TurnedAway): void {
    this.#admission.turnedAway(reason);
  }

  override sessionEnded(session: FTPHandler): void {
    super.sessionEnded(session);
    this.#admission.ended(session.sessionId);
  }
}
