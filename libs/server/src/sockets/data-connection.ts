import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

import { writeToDescriptor } from './write-at-once.ts';
import { poolReads } from './pooled-reads.ts';

/** What Node has of a connection it has accepted, before it makes a socket of it. */
export interface AcceptedHandle {
  readonly fd: number;
  close(): void;
  getpeername(into: { address?: string; port?: number }): number;
}

/**
 * A data connection. One that a client has made is no stream before somebody needs one: to make and to end a stream takes
 * longer than to send a small file.
 */
export class DataConnection {
  #handle: AcceptedHandle | undefined;
  #socket: Socket | undefined;
  #closed = false;
  #whenClosed: (() => void) | undefined;

  /** @param connection What it is; its owner's no longer. */
  constructor(connection: Socket | AcceptedHandle) {
    if (connection instanceof Socket) this.#socket = connection;
    else this.#handle = connection;
  }

  /** The connection as a stream, half-open and paused. */
  get socket(): Socket {
    if (this.#socket !== undefined) return this.#socket;
    // Of one that is closed, there is nothing more to be closed.
    const socket = socketOf(this.#closed ? undefined : this.#handle);
    this.#handle = undefined;
    this.#socket = socket;
    if (this.#closed) socket.destroy();
    else if (this.#whenClosed !== undefined) socket.once('close', this.#whenClosed);
    return socket;
  }

  /** Whether it is a stream by now. */
  get isStream(): boolean {
    return this.#socket !== undefined;
  }

  /** Whether TLS protects it. */
  get isSecured(): boolean {
    return this.#socket instanceof TLSSocket;
  }

  /** Whether it was closed on this side, or is known to be broken. */
  get destroyed(): boolean {
    return this.#socket?.destroyed ?? this.#closed;
  }

  /** Has a stream read into buffers of the pool, which nobody may have begun to read. */
  poolReads(): void {
    if (!this.isSecured) poolReads(this.socket);
  }

  /** Calls somebody when it is closed; once for each connection. */
  onceClosed(told: () => void): void {
    if (this.#closed || this.#socket?.closed === true) told();
    else if (this.#socket !== undefined) this.#socket.once('close', told);
    else this.#whenClosed = told;
  }

  /**
   * Sends the last bytes there are, and ends the connection, where that can be done at once: before a stream was made of it.
   * @returns Bytes that were taken. If they are all, everything is done; the others are to be sent by the stream.
   */
  finish(bytes: Uint8Array): number {
    if (this.#handle === undefined || this.#closed) return 0;
    const taken = bytes.length === 0 ? 0 : writeToDescriptor(this.#handle.fd, bytes);
    if (taken === bytes.length) this.destroy();
    return taken;
  }

  /** Closes it. What was handed to the network is still delivered, unless the client has sent what nobody has read (TCP resets it then). */
  destroy(): void {
    if (this.#socket !== undefined) {
      this.#socket.destroy();
      return;
    }
    if (this.#closed) return;
    this.#closed = true;
    this.#handle?.close();
    this.#whenClosed?.();
  }
}

/** As Node itself makes a socket of what it has accepted; it declares neither of the first two. */
function socketOf(handle: AcceptedHandle | undefined): Socket {
  const options: object = { handle, pauseOnCreate: true, allowHalfOpen: true, readable: true, writable: true };
  return new Socket(options);
}
