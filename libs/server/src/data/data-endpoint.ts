import type { Socket } from 'node:net';

import { DataConnectionUnavailable } from '../errors.ts';
import type { FTPHandler } from '../ftp-handler.ts';
import type { PassiveReservation } from './passive-ports.ts';

/** Where the next data connection comes from: one the client makes, or one we make to it. */
export interface DataEndpoint {
  /** Whether the connection is there already. */
  readonly connected: boolean;
  /**
   * Makes the connection, or waits for it.
   * @throws DataConnectionUnavailable, or TransferAborted when the signal is raised.
   */
  connection(timeoutSeconds: number, signal: AbortSignal): Promise<Socket>;
  /** Gives back what is held. */
  release(): void;
  /** Keeps what may serve another transfer, without a new command, and says whether there is any. */
  keep?(): boolean;
}

/** The client connects to a port of ours (PASV, EPSV). */
export class PassiveEndpoint implements DataEndpoint {
  readonly #reservation: PassiveReservation;

  constructor(reservation: PassiveReservation) {
    this.#reservation = reservation;
  }

  get connected(): boolean {
    return this.#reservation.connected;
  }

  connection(timeoutSeconds: number, signal: AbortSignal): Promise<Socket> {
    return this.#reservation.connection(timeoutSeconds, signal);
  }

  release(): void {
    this.#reservation.release();
  }

  keep(): boolean {
    this.#reservation.spent = true;
    return true;
  }
}

/** We connect to a port of the client's (PORT, EPRT). */
export class ActiveEndpoint implements DataEndpoint {
  readonly connected = false;
  readonly #session: FTPHandler;
  readonly #host: string;
  readonly #port: number;

  constructor(session: FTPHandler, host: string, port: number) {
    this.#session = session;
    this.#host = host;
    this.#port = port;
  }

  connection(timeoutSeconds: number, signal: AbortSignal): Promise<Socket> {
    const target = { host: this.#host, port: this.#port, timeoutSeconds, signal };
    return this.#session.server.dataPorts.connect(this.#session, target);
  }

  release(): void {
    return;
  }
}

/** A connection that was made before the transfer it is for (ESTA, ESTP). */
export class EstablishedEndpoint implements DataEndpoint {
  #socket: Socket | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    // Until a transfer takes it, an error only means that it is gone.
    socket.on('error', () => undefined);
  }

  get connected(): boolean {
    return this.#socket?.destroyed === false;
  }

  connection(_timeoutSeconds: number, _signal: AbortSignal): Promise<Socket> {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined || socket.destroyed)
      return Promise.reject(new DataConnectionUnavailable('the connection is gone'));
    socket.removeAllListeners('error');
    return Promise.resolve(socket);
  }

  release(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }
}
