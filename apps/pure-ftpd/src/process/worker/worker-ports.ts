import { Socket } from 'node:net';

import {
  DataConnection,
  DataConnectionUnavailable,
  type FTPHandler,
  type Reason,
  TransferAborted,
} from '@pure-ftpd/server';
import {
  ANY_PEER,
  type ActiveTarget,
  type DataPorts,
  PassiveReservation,
  type Reservation,
  reason,
} from '@pure-ftpd/server/internal';

import type { ToChild } from '../messages/to-child.ts';
import { drop, type MonitorLink } from '../monitor-link.ts';
import { takenSocket } from '../taken-socket.ts';

/** Asks the monitor for what only root can do, and for what all workers share: low ports, and those of a range. */
export class WorkerPorts implements DataPorts {
  readonly #link: MonitorLink;
  /** Ports that this process binds itself; undefined where there is a range, which is shared. */
  readonly #own: DataPorts | undefined;
  readonly #connecting = new Map<number, (answer: Socket | Reason) => void>();
  readonly #reserving = new Map<number, (answer: ToChild<'reserved'>) => void>();
  readonly #reserved = new Map<number, PassiveReservation>();
  #lastRequest = 0;

  constructor(link: MonitorLink, own: DataPorts | undefined) {
    this.#link = link;
    this.#own = own;
  }

  async reserve(session: FTPHandler, peer: string): Promise<Reservation> {
    if (this.#own !== undefined) return this.#own.reserve(session, peer);
    const { sessionId } = session;
    const request = this.#nextRequest();
    const answer = await new Promise<ToChild<'reserved'>>((resolve) => {
      this.#reserving.set(request, resolve);
      this.#link.send({ type: 'reserve', session: sessionId, request, anyPeer: peer === ANY_PEER });
    });
    if (answer.port === undefined) throw new DataConnectionUnavailable(answer.reason ?? reason('noPort'));
    const reservation = new PassiveReservation(answer.port, () => {
      this.#reserved.delete(request);
      // With the session, the monitor forgets what it has reserved.
      if (!session.closed) this.#link.send({ type: 'release', session: sessionId, request });
    });
    this.#reserved.set(request, reservation);
    return reservation;
  }

  async connect(session: FTPHandler, { host, port, timeoutSeconds, signal }: ActiveTarget): Promise<Socket> {
    const request = this.#nextRequest();
    const answer = await new Promise<Socket | Reason | undefined>((resolve) => {
      const timer = setTimeout(() => resolve(reason('noAnswer')), timeoutSeconds * 1000);
      const onAbort = (): void => resolve(undefined);
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) resolve(undefined);
      this.#connecting.set(request, (socket) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        resolve(socket);
      });
      if (!session.closed) this.#link.send({ type: 'connect', session: session.sessionId, request, host, port });
    });
    const isAnswered = !this.#connecting.delete(request);
    // The monitor gives up at once, whatever the time it would take: the session may ask again.
    if (!isAnswered && !session.closed) this.#link.send({ type: 'release', session: session.sessionId, request });
    if (answer === undefined) throw new TransferAborted();
    if (answer instanceof Socket) return answer;
    throw new DataConnectionUnavailable(answer);
  }

  connected({ request, reason: why }: ToChild<'connected'>, descriptor: number | undefined): void {
    const waiting = this.#connecting.get(request);
    this.#connecting.delete(request);
    if (waiting === undefined) drop(descriptor);
    else waiting(dataSocket(descriptor) ?? why ?? reason('noConnection'));
  }

  reservationMade(answer: ToChild<'reserved'>): void {
    this.#reserving.get(answer.request)?.(answer);
    this.#reserving.delete(answer.request);
  }

  dataConnection({ request, unread }: ToChild<'dataConnection'>, descriptor: number | undefined): void {
    const reservation = this.#reserved.get(request);
    if (reservation === undefined) {
      drop(descriptor);
      return;
    }
    const socket = dataSocket(descriptor);
    if (unread.length > 0) socket?.unshift(unread);
    if (socket !== undefined) reservation.offer(new DataConnection(socket));
  }

  #nextRequest(): number {
    this.#lastRequest += 1;
    return this.#lastRequest;
  }
}

/** Paused: bytes are for the transfer. Undefined when there is none that can be used. */
function dataSocket(descriptor: number | undefined): Socket | undefined {
  return descriptor === undefined ? undefined : takenSocket(descriptor)?.pause();
}
