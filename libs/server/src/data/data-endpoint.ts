import { DataConnectionUnavailable } from '../errors.ts';
import type { Client } from '../contract/client.ts';
import type { DataEndpoint, DataPorts, Reservation } from '../contract/data.ts';
import { DataConnection } from '../sockets/data-connection.ts';
import { reason } from '../replies/reasons.ts';

/** The client connects to a port of ours (PASV, EPSV). */
export class PassiveEndpoint implements DataEndpoint {
  readonly kind = 'passive';
  readonly #reservation: Reservation;

  constructor(reservation: Reservation) {
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
  readonly kind = 'active';
  readonly connected = false;
  readonly #ports: DataPorts;
  readonly #client: Client;
  readonly #host: string;
  readonly #port: number;

  constructor(ports: DataPorts, client: Client, host: string, port: number) {
    this.#ports = ports;
    this.#client = client;
    this.#host = host;
    this.#port = port;
  }

  async connection(timeoutSeconds: number, signal: AbortSignal): Promise<DataConnection> {
    const target = { host: this.#host, port: this.#port, timeoutSeconds, signal };
    return new DataConnection(await this.#ports.connect(this.#client, target));
  }

  release(): void {
    return;
  }
}

/** A connection that was made before the transfer it is for (ESTA, ESTP). */
export class EstablishedEndpoint implements DataEndpoint {
  readonly kind = 'established';
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
    if (connection?.destroyed !== false) return Promise.reject(new DataConnectionUnavailable(reason('connectionGone')));
    connection.socket.removeAllListeners('error');
    return Promise.resolve(connection);
  }

  release(): void {
    this.#connection?.destroy();
    this.#connection = undefined;
  }
}
