import { randomInt } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';

import { normalizeAddress } from '@pure-ftpd/protocol';

import type { Reservation } from '../contract/data.ts';
import { DataConnectionUnavailable, isSystemError, TransferAborted } from '../errors.ts';
import { onAccepted, peerOf } from './accepted-handles.ts';
import { type AcceptedHandle, DataConnection } from '../sockets/data-connection.ts';
import { endsOf, type ProxiedConnections } from '../sockets/proxied-connections.ts';
import { reason } from '../replies/reasons.ts';

/** Ports that routers on the way tamper with (SIP): a range of others avoids them. */
const TAMPERED_PORTS = new Set([5060, 5061]);

/** How many listeners without a client are kept for the next one. */
const KEPT_LISTENERS = 64;

/** Ports tried in the kernel's stead when the range is wide; a narrow one is searched whole. */
const MAX_TRIES = 512;

/** First and last port, both included. */
export type PortRange = readonly [first: number, last: number];

interface Listener {
  readonly server: Server;
  readonly address: string;
  readonly port: number;
  /** Counted among those kept without anybody waiting. */
  idle: boolean;
  /** Who waits on this port, by the address the data connection must come from. */
  readonly waiting: Map<string, PassiveReservation>;
}

/** Takes a data connection from any address: only where the session may have others fetch its files (FXP). */
export const ANY_PEER = '*';

/**
 * The passive ports of a server, shared: one port serves any number of clients with different addresses, so that a
 * range does not limit how many there are, and a listener stays open for the next client, so that PASV costs no system
 * call. A connection from an address nobody waits for is dropped, and the port stays its owner's.
 */
export class PassivePorts {
  readonly #range: PortRange | undefined;
  readonly #proxied: ProxiedConnections | undefined;
  readonly #listeners = new Map<string, Map<number, Listener>>();
  #idle = 0;
  #closed = false;

  /**
   * @param range Ports to use; without it the kernel chooses.
   * @param proxied Reads whose a connection is that comes from a proxy; the caller's.
   */
  constructor(range?: PortRange, proxied?: ProxiedConnections) {
    this.#range = range;
    this.#proxied = proxied;
  }

  /**
   * Reserves a port on a local address for a data connection from a peer.
   * @throws DataConnectionUnavailable when no port is free for this peer.
   */
  async reserve(localAddress: string, peer: string): Promise<PassiveReservation> {
    for (;;) {
      const listener = this.#keptListener(localAddress, peer) ?? (await this.#listen(localAddress, peer));
      if (this.#closed) {
        listener.server.close();
        throw new DataConnectionUnavailable(reason('shuttingDown'));
      }
      // While this one was being opened, the same client may have been given it in another session.
      if (!isUsable(listener, peer)) continue;
      if (listener.idle) {
        listener.idle = false;
        this.#idle -= 1;
      }
      const reservation = new PassiveReservation(listener.port, () => this.#release(listener, peer));
      listener.waiting.set(peer, reservation);
      return reservation;
    }
  }

  /** Number of listening sockets. */
  get listening(): number {
    let count = 0;
    for (const ports of this.#listeners.values()) count += ports.size;
    return count;
  }

  /** Closes every listener; who still waits gets no connection. */
  close(): void {
    this.#closed = true;
    for (const ports of this.#listeners.values()) {
      for (const listener of ports.values()) {
        listener.server.close();
        for (const reservation of listener.waiting.values()) reservation.release();
      }
    }
    this.#listeners.clear();
  }

  /** One of the open listeners this peer does not use yet, at random: the next port must not be guessed. */
  #keptListener(address: string, peer: string): Listener | undefined {
    const usable: Listener[] = [];
    for (const listener of this.#listeners.get(address)?.values() ?? []) {
      if (isUsable(listener, peer)) usable.push(listener);
    }
    // A wide range is worth a few more listeners, for the sake of chance; a narrow one is used as it is.
    const enough = this.#range === undefined ? 8 : Math.min(8, this.#range[1] - this.#range[0] + 1);
    return usable.length < enough && this.listening < KEPT_LISTENERS && !this.#rangeIsFull(address)
      ? undefined
      : usable[usable.length < 2 ? 0 : randomInt(usable.length)];
  }

  #rangeIsFull(address: string): boolean {
    if (this.#range === undefined) return false;
    return (this.#listeners.get(address)?.size ?? 0) > this.#range[1] - this.#range[0];
  }

  async #listen(address: string, peer: string): Promise<Listener> {
    for (const port of this.#candidates(address)) {
      try {
        return await this.#open(address, port);
      } catch (error) {
        if (!isSystemError(error) || (error.code !== 'EADDRINUSE' && error.code !== 'EACCES')) {
          throw new DataConnectionUnavailable(reason('cannotListen'), { cause: error });
        }
      }
    }
    // Every other port is taken by other programs: one of our own will do after all, and at last one that a session of
    // this peer only keeps in case it comes back.
    const own = [...(this.#listeners.get(address)?.values() ?? [])];
    const usable = own.find((listener) => isUsable(listener, peer));
    if (usable !== undefined) return usable;
    for (const listener of own) {
      const reservation = listener.waiting.get(peer);
      if (reservation?.spent !== true) continue;
      reservation.release();
      return listener;
    }
    throw new DataConnectionUnavailable(reason('noPort'));
  }

  /** Ports to try, from a random one on. */
  *#candidates(address: string): Generator<number> {
    if (this.#range === undefined) {
      yield 0;
      return;
    }
    const [first, last] = this.#range;
    const count = last - first + 1;
    const start = randomInt(count);
    let tries = 0;
    for (let step = 0; step < count && tries < MAX_TRIES; step += 1) {
      const port = first + ((start + step) % count);
      if (this.#listeners.get(address)?.has(port) === true) continue;
      if (TAMPERED_PORTS.has(port) && count > TAMPERED_PORTS.size) continue;
      tries += 1;
      yield port;
    }
  }

  #open(address: string, port: number): Promise<Listener> {
    return new Promise((resolve, reject) => {
      const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
      server.once('error', reject);
      server.listen({ host: address, port, exclusive: true }, () => {
        const bound = server.address();
        if (bound === null || typeof bound === 'string') {
          reject(new DataConnectionUnavailable(reason('cannotListen')));
          return;
        }
        const listener: Listener = { server, address, port: bound.port, idle: false, waiting: new Map() };
        server.off('error', reject);
        // An accept that fails (too many descriptors) costs that connection, not the server.
        server.on('error', () => undefined);
        onAccepted(server, (connection) => this.#accept(listener, connection));
        let ports = this.#listeners.get(address);
        if (ports === undefined) {
          ports = new Map();
          this.#listeners.set(address, ports);
        }
        ports.set(listener.port, listener);
        resolve(listener);
      });
    });
  }

  #accept(listener: Listener, accepted: Socket | AcceptedHandle): void {
    const peer = normalizeAddress(peerOf(accepted) ?? '') ?? '';
    const connection = new DataConnection(accepted);
    if (this.#proxied?.isProxy(peer) === true) void this.#acceptProxied(listener, connection, this.#proxied);
    else offer(listener, peer, connection);
  }

  /** Who has asked for it the header says. */
  async #acceptProxied(listener: Listener, connection: DataConnection, proxied: ProxiedConnections): Promise<void> {
    const { socket } = connection;
    if (!(await proxied.readHeader(socket))) return;
    // Nothing more is read before somebody wants it.
    socket.pause();
    if (this.#closed) connection.destroy();
    else offer(listener, endsOf(socket).remoteAddress, connection);
  }

  #release(listener: Listener, peer: string): void {
    listener.waiting.delete(peer);
    if (this.#closed || listener.waiting.size > 0) return;
    if (this.#idle < KEPT_LISTENERS) {
      listener.idle = true;
      this.#idle += 1;
      return;
    }
    this.#listeners.get(listener.address)?.delete(listener.port);
    listener.server.close();
  }
}

/** A port held for one session, until it is released. */
export class PassiveReservation implements Reservation {
  readonly port: number;
  /** It has served a transfer, and is kept only in case the client connects again without asking for another port. */
  spent = false;
  readonly #release: () => void;
  #released = false;
  #connection: DataConnection | undefined;
  #waiter:
    | { readonly resolve: (connection: DataConnection) => void; readonly reject: (error: Error) => void }
    | undefined;

  constructor(port: number, release: () => void) {
    this.port = port;
    this.#release = release;
  }

  /** Whether the client has connected already. */
  get connected(): boolean {
    return this.#connection?.destroyed === false;
  }

  /**
   * The data connection: the one that is there, or the next to come. It is the caller's from then on.
   * @throws DataConnectionUnavailable when none comes within the time, TransferAborted when the signal is raised.
   */
  connection(timeoutSeconds: number, signal: AbortSignal): Promise<DataConnection> {
    return new Promise((resolve, reject) => {
      if (signal.aborted || this.#released) {
        reject(signal.aborted ? new TransferAborted() : new DataConnectionUnavailable(reason('portClosed')));
        return;
      }
      this.spent = false;
      const connection = this.#connection;
      this.#connection = undefined;
      if (connection?.destroyed === false) {
        if (connection.isStream) connection.socket.removeAllListeners('error');
        resolve(connection);
        return;
      }
      const settle = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        this.#waiter = undefined;
      };
      const onAbort = (): void => {
        settle();
        reject(new TransferAborted());
      };
      const timer = setTimeout(() => {
        settle();
        reject(new DataConnectionUnavailable(reason('nobodyConnected')));
      }, timeoutSeconds * 1000);
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiter = {
        resolve: (connection) => {
          settle();
          resolve(connection);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      };
    });
  }

  /** Gives a connection to whoever waits, or keeps it until somebody does. A second one is dropped. */
  offer(connection: DataConnection): void {
    if (this.#waiter !== undefined) {
      this.#waiter.resolve(connection);
      return;
    }
    if (this.connected) {
      connection.destroy();
      return;
    }
    // Until a transfer takes it, an error only means that it is gone.
    if (connection.isStream) connection.socket.on('error', () => undefined);
    this.#connection = connection;
  }

  /** Gives the port back, and closes a connection nobody took. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#connection?.destroy();
    this.#connection = undefined;
    this.#waiter?.reject(new DataConnectionUnavailable(reason('portClosed')));
    this.#release();
  }
}

/** Gives a connection to whom it is for. */
function offer(listener: Listener, peer: string, connection: DataConnection): void {
  const reservation = listener.waiting.get(peer) ?? listener.waiting.get(ANY_PEER);
  if (reservation === undefined) connection.destroy();
  else reservation.offer(connection);
}

/** Whether a listener can tell this peer's connection from those of the others that wait on it. */
function isUsable(listener: Listener, peer: string): boolean {
  if (peer === ANY_PEER) return listener.waiting.size === 0;
  return !listener.waiting.has(peer) && !listener.waiting.has(ANY_PEER);
}
