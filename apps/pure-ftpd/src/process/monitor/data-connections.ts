import type { Socket } from 'node:net';

import type { Configuration } from '@pure-ftpd/options';
import { duplicateDescriptor } from '@pure-ftpd/posix';
import { type DataConnection, DataConnectionUnavailable } from '@pure-ftpd/server';
import {
  ANY_PEER,
  connectFrom,
  descriptorOf,
  ownAddress,
  reason,
  reasonOf,
  type PassivePorts,
  type PassiveReservation,
  takeArrived,
} from '@pure-ftpd/server/internal';

import { MessageViolation } from '@pure-ftpd/server/internal';

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

/** What a session has asked for, by its own numbers: counted from then on, whatever has come of it yet. */
interface Held {
  readonly connecting: Map<number, AbortController>;
  readonly reserved: Map<number, AbortController>;
}

/**
 * The data connections that only root can make, or that have to be shared between workers. Not a byte of them is read, but for the
 * headers by which proxies of ours say whose they are.
 */
export class DataConnections {
  readonly #fxp: Configuration['fxp'];
  readonly #ports: PassivePorts;
  readonly #held = new Map<KnownSession, Held>();

  /** @param ports Those of the configured range: the caller closes them. */
  constructor({ fxp }: Pick<Configuration, 'fxp'>, ports: PassivePorts) {
    this.#fxp = fxp;
    this.#ports = ports;
  }

  /** @throws MessageViolation for what the session may not do. */
  request(worker: WorkerLink, session: KnownSession, request: DataRequest): void {
    const held = this.#of(session);
    switch (request.type) {
      case 'connect': {
        if (request.host !== session.remoteAddress) this.#requireForeign(session);
        const ended = take(held, held.connecting, request);
        void this.#connect(worker, session, request, ended.signal).finally(() =>
          over(held.connecting, request.request, ended),
        );
        return;
      }
      case 'reserve': {
        if (request.anyPeer) this.#requireForeign(session);
        const ended = take(held, held.reserved, request);
        void this.#reserve(worker, session, request, ended.signal).finally(() =>
          over(held.reserved, request.request, ended),
        );
        return;
      }
      case 'release':
        giveUp(held.connecting, request.request);
        giveUp(held.reserved, request.request);
    }
  }

  sessionEnded(session: KnownSession): void {
    const held = this.#held.get(session);
    if (held === undefined) return;
    this.#held.delete(session);
    for (const requests of [held.connecting, held.reserved])
      for (const number of requests.keys()) giveUp(requests, number);
  }

  #of(session: KnownSession): Held {
    let held = this.#held.get(session);
    if (held === undefined) {
      held = { connecting: new Map(), reserved: new Map() };
      this.#held.set(session, held);
    }
    return held;
  }

  /** The worker has refused the client what it asks for here; unless somebody else speaks for it. */
  #requireForeign({ admitted }: KnownSession): void {
    const isPublic = admitted?.login.account.method === 'anonymous';
    if (this.#fxp === 'everybody' || (this.#fxp === 'users' && !isPublic)) return;
    throw new MessageViolation('a data connection of a third host');
  }

  async #connect(
    worker: WorkerLink,
    session: KnownSession,
    { request, host, port }: Of<'connect'>,
    ended: AbortSignal,
  ): Promise<void> {
    const target = { host, port, timeoutSeconds: CONNECT_SECONDS, signal: ended };
    let why = reason('noPort');
    for (const sourcePort of SOURCE_PORTS) {
      try {
        const socket = await connectFrom(ownAddress(session), target, sourcePort);
        if (ended.aborted) socket.destroy();
        else handOver(socket, (descriptor) => worker.answer({ type: 'connected', request }, descriptor));
        return;
      } catch (error) {
        if (ended.aborted) return;
        why = reasonOf(error);
        if (!isPortTaken(error)) break;
      }
    }
    worker.answer({ type: 'connected', request, reason: why });
  }

  async #reserve(
    worker: WorkerLink,
    session: KnownSession,
    { request, anyPeer }: Of<'reserve'>,
    ended: AbortSignal,
  ): Promise<void> {
    let reservation: PassiveReservation;
    try {
      reservation = await this.#ports.reserve(ownAddress(session), anyPeer ? ANY_PEER : session.remoteAddress);
    } catch (error) {
      if (!ended.aborted) worker.answer({ type: 'reserved', request, reason: reasonOf(error) });
      return;
    }
    if (ended.aborted) {
      reservation.release();
      return;
    }
    ended.addEventListener('abort', () => reservation.release(), { once: true });
    worker.answer({ type: 'reserved', request, port: reservation.port });
    for (;;) {
      let connection: DataConnection;
      try {
        connection = await reservation.connection(RESERVED_SECONDS, ended);
      } catch {
        // Released, with its session or before.
        return;
      }
      try {
        const { socket } = connection;
        handOver(socket, (descriptor) =>
          worker.answer({ type: 'dataConnection', request, unread: takeArrived(socket) }, descriptor),
        );
      } catch {
        // This connection has gone, or there was no descriptor for it; the client may come again.
      }
    }
  }
}

/** Counts what is asked for. @throws MessageViolation when the session has that number in use, or has enough. */
function take(held: Held, requests: Map<number, AbortController>, { type, request }: DataRequest): AbortController {
  if (held.connecting.has(request) || held.reserved.has(request))
    throw new MessageViolation(`${type}: number ${request} is in use`);
  if (requests.size >= MOST_OF_A_SESSION) throw new MessageViolation(`${type}: too many at a time`);
  const ended = new AbortController();
  requests.set(request, ended);
  return ended;
}

/** What was asked for by that number, if anything, is not wanted any more. */
function giveUp(requests: Map<number, AbortController>, request: number): void {
  const ended = requests.get(request);
  requests.delete(request);
  ended?.abort();
}

/** What was asked for has come to its end; the number may be another request's by now. */
function over(requests: Map<number, AbortController>, request: number, ended: AbortController): void {
  if (requests.get(request) === ended) requests.delete(request);
}

/** Gives a connection away. */
function handOver(socket: Socket, give: (descriptor: number) => void): void {
  const own = descriptorOf(socket);
  try {
    if (own === undefined) throw new DataConnectionUnavailable(reason('connectionGone'));
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
