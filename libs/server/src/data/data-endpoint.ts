import { DataConnectionUnavailable } from '../errors.ts';
import type { FTPHandler } from '../ftp-handler.ts';
import { DataConnection } from './data-connection.ts';
import type { PassiveReservation } from './passive-ports.ts';

/** Where the next data connection comes from: one the client makes, or one we make to it. */
export interface DataEndpoint {
  /** Whether the connection is there already. */
  readonly connected: boolean;
  /**
   * Makes the connection, or waits for it.
   * @throws DataConnectionUnavailable, or TransferAborted when the signal is raised.
   */
  connection(timeoutSeconds: number, signal: AbortSignal): Promise<DataConnection>;
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

  connection(timeoutSeconds: number, signal: AbortSignal): Promise<DataConnection> {
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

  async connection(timeoutSeconds: number, signal: AbortSignal): Promise<DataConnection> {
    const target = { host: this.#host, port: this.#port, timeoutSeconds, signal };
    return new DataConnection(await this.#session.server.dataPorts.connect(this.#session, target));
  }

  release(): void {
    return;
  }
}

/** A connection that was made before the transfer it is for (ESTA, ESTP). */
export class EstablishedEndpoint implements DataEndpoint {
  #connection: DataConnection | undefined;

  constructor(connection: DataConnection) {
    this.#connection = connection;
    // Until a transfer takes it, an error only means that it is gone.
    connection.socket.on('error', () => undefined);
  }

  get connected(): boolean {
    return this.#connection?.destroyed === false;
  }

  connection(_timeoutSeconds: number, _signal: AbortSignal): Promise<DataConnection> {
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection?.destroyed !== false) return Promise.reject(new DataConnectionUnavailable('the connection is gone'));
    connection.socket.removeAllListeners('error');
    return Promise.resolve(connection);
  }

  release(): void {
    this.#connection?.destroy();
    this.#connection = undefined;
  }
}
