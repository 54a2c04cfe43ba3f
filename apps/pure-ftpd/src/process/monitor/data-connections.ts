import type { Socket } from 'node:net';

import { duplicateDescriptor } from '@pure-ftpd/posix';
import { DataConnectionUnavailable } from '@pure-ftpd/server';
import {
  ANY_PEER,
  connectFrom,
  descriptorOf,
  errorText,
  PassivePorts,
  type PassiveReservation,
} from '@pure-ftpd/server/internal';

import type { Configuration } from '../../options/configuration.ts';
import { MessageViolation } from '../messages/fields.ts';
import type { KnownSession } from './session-book.ts';
import type { WorkerLink, WorkerRequest } from './worker-link.ts';

/** Where active connections come from, the first that is free; then any port [server-protocol §7.1]. */
const SOURCE_PORTS: readonly (number | undefined)[] = [20, 2, 3, 4, 5, 6, 10, 14, 16, undefined];

/** Errors that another source port may not have. */
const PORT_TAKEN = new Set(['EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES']);

/** Seconds for a connection to be made. */
const CONNECT_SECONDS = 30;

/** Connections under way, and ports reserved, of one session: it has use for one, and may be slow to give up another. */
const MOST_OF_A_SESSION = 4;

/** Longer than a session has use for a port. */
const RESERVED_SECONDS = 7 * 24 * 3600;

type DataRequest = Extract<WorkerRequest, { readonly type: 'connect' | 'reserve' | 'release' }>;
type Of<Type extends DataRequest['type']> = Extract<DataRequest, { readonly type: Type }>;

interface Held {
  readonly ended: AbortController;
  readonly reservations: Map<number, PassiveReservation>;
  connecting: number;
}

/** The data connections that only root can make, or that have to be shared between workers: not a byte of them is read. */
export class DataConnections {
  readonly #fxp: Configuration['fxp'];
  readonly #ports: PassivePorts;
  readonly #held = new Map<KnownSession, Held>();

  constructor({ fxp, passivePorts }: Pick<Configuration, 'fxp' | 'passivePorts'>) {
    this.#fxp = fxp;
    this.#ports = new PassivePorts(passivePorts);
  }

  /** @throws MessageViolation for what the session may not do. */
  request(worker: WorkerLink, session: KnownSession, request: DataRequest): void {
    const held = this.#of(session);
    switch (request.type) {
      case 'connect':
        if (request.host !== session.remoteAddress) this.#requireForeign(session);
        if (held.connecting >= MOST_OF_A_SESSION) throw new MessageViolation('connect: too many at a time');
        void this.#connect(worker, session, held, request);
        return;
      case 'reserve':
        if (request.anyPeer) this.#requireForeign(session);
        if (held.reservations.size >= MOST_OF_A_SESSION) throw new MessageViolation('reserve: too many at a time');
        void this.#reserve(worker, session, held, request);
        return;
      case 'release':
        held.reservations.get(request.request)?.release();
        held.reservations.delete(request.request);
    }
  }

  sessionEnded(session: KnownSession): void {
    const held = this.#held.get(session);
    if (held === undefined) return;
    this.#held.delete(session);
    held.ended.abort();
    for (const reservation of held.reservations.values()) reservation.release();
  }

  close(): void {
    this.#ports.close();
  }

  #of(session: KnownSession): Held {
    let held = this.#held.get(session);
    if (held === undefined) {
      held = { ended: new AbortController(), reservations: new Map(), connecting: 0 };
      this.#held.set(session, held);
    }
    return held;
  }

  /** The worker has refused the client what it asks for here; unless somebody else speaks for it. */
  #requireForeign({ admitted }: KnownSession): void {
    const isPublic = admitted?.account.method === 'anonymous';
    if (this.#fxp === 'everybody' || (this.#fxp === 'users' && !isPublic)) return;
    throw new MessageViolation('a data connection of a third host');
  }

  async #connect(
    worker: WorkerLink,
    session: KnownSession,
    held: Held,
    { request, host, port }: Of<'connect'>,
  ): Promise<void> {
    held.connecting += 1;
    const target = { host, port, timeoutSeconds: CONNECT_SECONDS, signal: held.ended.signal };
    let reason = 'no port is free';
    for (const sourcePort of SOURCE_PORTS) {
      try {
        const socket = await connectFrom(session.localAddress, target, sourcePort);
        handOver(socket, (descriptor) => worker.answer({ type: 'connected', request }, descriptor));
        held.connecting -= 1;
        return;
      } catch (error) {
        reason = errorText(error);
        if (!isPortTaken(error)) break;
      }
    }
    held.connecting -= 1;
    worker.answer({ type: 'connected', request, reason });
  }

  async #reserve(
    worker: WorkerLink,
    session: KnownSession,
    held: Held,
    { request, anyPeer }: Of<'reserve'>,
  ): Promise<void> {
    let reservation: PassiveReservation;
    try {
      reservation = await this.#ports.reserve(session.localAddress, anyPeer ? ANY_PEER : session.remoteAddress);
    } catch (error) {
      worker.answer({ type: 'reserved', request, reason: errorText(error) });
      return;
    }
    if (held.ended.signal.aborted) {
      reservation.release();
      return;
    }
    held.reservations.set(request, reservation);
    worker.answer({ type: 'reserved', request, port: reservation.port });
    try {
      for (;;) {
        const connection = await reservation.connection(RESERVED_SECONDS, held.ended.signal);
        handOver(connection.socket, (descriptor) => worker.answer({ type: 'dataConnection', request }, descriptor));
      }
    } catch {
      // Released, with its session or before.
    }
  }
}

/** Gives a connection away that nothing was read from. */
function handOver(socket: Socket, give: (descriptor: number) => void): void {
  const own = descriptorOf(socket);
  try {
    if (own === undefined) throw new DataConnectionUnavailable('the connection is gone');
    give(duplicateDescriptor(own));
  } finally {
    socket.on('error', () => undefined);
    socket.destroy();
  }
}

function isPortTaken(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && PORT_TAKEN.has(String(cause.code));
}
