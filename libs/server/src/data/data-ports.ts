import { connect, isIP, type Socket } from 'node:net';

import { DataConnectionUnavailable, reasonOf, TransferAborted } from '../errors.ts';
import { type Client, ownAddress } from '../contract/client.ts';
import type { ActiveTarget, DataPorts, Reservation } from '../contract/data.ts';
import type { PassivePorts } from './passive-ports.ts';
import { reason } from '../replies/reasons.ts';

/** Ports that this process binds itself; active connections come from any port. */
export class LocalDataPorts implements DataPorts {
  readonly #passive: PassivePorts;

  constructor(passive: PassivePorts) {
    this.#passive = passive;
  }

  reserve(client: Client, peer: string): Promise<Reservation> {
    return this.#passive.reserve(ownAddress(client), peer);
  }

  connect(client: Client, target: ActiveTarget): Promise<Socket> {
    return connectFrom(ownAddress(client), target);
  }
}

/**
 * Connects from a local address, where that is of the family of the target, and from a certain port of it where one is given.
 * @throws DataConnectionUnavailable, TransferAborted.
 */
export function connectFrom(localAddress: string, target: ActiveTarget, localPort?: number): Promise<Socket> {
  const { host, port, timeoutSeconds, signal } = target;
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(new TransferAborted());
      return;
    }
    // The client of a proxy may be of another family than the proxy.
    const isOfFamily = isIP(localAddress) === isIP(host);
    const local = { ...(isOfFamily ? { localAddress } : {}), ...(localPort === undefined ? {} : { localPort }) };
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
    socket.setTimeout(timeoutSeconds * 1000, () => fail(new DataConnectionUnavailable(reason('noAnswer'))));
    socket.once('error', (error) => fail(new DataConnectionUnavailable(reasonOf(error), { cause: error })));
    socket.once('connect', () => {
      settle();
      resolve(socket);
    });
  });
}
