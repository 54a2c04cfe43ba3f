import type { ConnectionLimit, FTPHandler, FTPServerOptions } from '@pure-ftpd/server';

import type { EventTeller, TurnedAway } from '../../events/event.ts';
import type { PenaltyTable } from '../../penalties/penalty-table.ts';

import { PureFtpdHandler } from '../../session/handler.ts';
import { FrontServer } from '../front-server.ts';

/** The server of one process: its sessions tell of their own end. */
export class AloneServer extends FrontServer {
  readonly #penalties: PenaltyTable | undefined;
  readonly #events: EventTeller;

  constructor(
    log: ConstructorParameters<typeof FrontServer>[0],
    penalties: PenaltyTable | undefined,
    events: EventTeller,
    addresses: ConstructorParameters<typeof FrontServer>[1],
    handler: ConstructorParameters<typeof FrontServer>[2],
    options: FTPServerOptions,
  ) {
    super(log, addresses, handler, options);
    this.#penalties = penalties;
    this.#events = events;
  }

  override onRefused(address: string, limit: ConnectionLimit): void {
    super.onRefused(address, limit);
    if (limit === 'maxConsPerIp') this.#penalties?.penalise(address, 'flood');
  }

  override turnedAway(reason: TurnedAway): void {
    this.#events.tell(undefined, { type: 'turnedAway', reason });
  }

  override sessionEnded(session: FTPHandler): void {
    super.sessionEnded(session);
    if (session instanceof PureFtpdHandler) session.lines.left();
  }
}
