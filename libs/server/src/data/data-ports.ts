import { connect, type Socket } from 'node:net';

import { DataConnectionUnavailable, errorText, TransferAborted } from '../errors.ts';
import type { FTPHandler } from '../ftp-handler.ts';
import type { PassivePorts, PassiveReservation } from './passive-ports.ts';

/** An active data connection to be made. */
export interface ActiveTarget {
  readonly host: string;
  readonly port: number;
  readonly timeoutSeconds: number;
  /** Raised when nobody wants it any more. */
  readonly signal: AbortSignal;
}

/** The ports of data connections. Servers of several processes bring their own, since ports are common to all of them. */
export interface DataPorts {
  /**
   * Reserves a passive port for a session, on the address its client has connected to.
   * @param peer The address the connection must come from; `ANY_PEER` for any.
   * @throws DataConnectionUnavailable when no port is free for this peer.
   */
  reserve(session: FTPHandler, peer: string): Promise<PassiveReservation>;
  /**
   * Connects to the client.
   * @returns A socket for half-open use, the caller's.
   * @throws DataConnectionUnavailable, TransferAborted.
   */
  connect(session: FTPHandler, target: ActiveTarget): Promise<Socket>;
}

/** Ports that this process binds itself; active connections come from any port. */
export class LocalDataPorts implements DataPorts {
  readonly #passive: PassivePorts;

  constructor(passive: PassivePorts) {
    this.#passive = passive;
  }

  reserve(session: FTPHandler, peer: string): Promise<PassiveReservation> {
    return this.#passive.reserve(session.localAddress, peer);
  }

  connect(session: FTPHandler, target: ActiveTarget): Promise<Socket> {
    return connectFrom(session.localAddress, target);
  }
}

/**
 * Connects from a local address, and from a certain port of it where one is given.
 * @throws DataConnectionUnavailable, TransferAborted.
 */
export function connectFrom(localAddress: string, target: ActiveTarget, localPort?: number): Promise<Socket> {
  const { host, port, timeoutSeconds, signal } = target;
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(new TransferAborted());
      return;
    }
    const local = { localAddress, ...(localPort === undefined ? {} : { localPort }) };
    const socket = connect({ host, port, ...local, allowHalfOpen: true });
    const settle = (): void => {
      signal.removeEventListener('abort', onAbort);
      socket.removeAllListeners();
      socket.setTimeout(0);
    };
    const fail = (error: Error): void => {
      settle();
      // The socket is destroyed, but may still have an error to tell.
      socket.on('error', () => undefined);
      socket.destroy();
      reject(error);
    };
    const onAbort = (): void => fail(new TransferAborted());
    signal.addEventListener('abort', onAbort, { once: true });
    // Bytes are for whoever gets the socket, which may be another process.
    socket.pause();
    socket.setTimeout(timeoutSeconds * 1000, () => fail(new DataConnectionUnavailable('no answer from the client')));
    socket.once('error', (error) => fail(new DataConnectionUnavailable(errorText(error), { cause: error })));
    socket.once('connect', () => {
      settle();
      resolve(socket);
    });
  });
}
