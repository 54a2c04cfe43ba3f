import { Socket } from 'node:net';

import { buffers, LARGEST_BUFFER, SMALLEST_BUFFER } from './buffer-pool.ts';

/**
 * Takes bytes that have arrived. The buffer they are in, where it is one of the pool, belongs to the taker from then on, who
 * gives it back; undefined when the bytes are nobody else's.
 * @returns Whether more may be read now.
 */
export type Take = (bytes: Buffer, buffer: Buffer | undefined) => boolean;

/** Where bytes go that nobody wants, and the first ones of an upload: one for all, since nothing in it is kept. */
const shared = Buffer.allocUnsafeSlow(SMALLEST_BUFFER);

/** The socket's own reading, by socket. */
const readsOf = new WeakMap<Socket, Reads>();

/** Reading of a connection into buffers of the pool. */
export interface Reads {
  /** From now on, what arrives is wanted. */
  begin(take: Take): void;
  /** Nothing will be read any more: the connection has ended or is destroyed. */
  end(): void;
}

/**
 * Reads of one connection into buffers of the pool, which grow while the client fills them: Node allocates 64 KiB for each
 * read of a socket, and for an upload that is half of the work.
 */
export class PooledReads implements Reads {
  #take: Take | undefined;
  #size = SMALLEST_BUFFER;
  #current: Buffer | undefined;

  /** The next buffer to read into. */
  next(): Buffer {
    if (this.#take === undefined) return shared;
    this.#current = buffers.take(this.#size);
    return this.#current;
  }

  /** Bytes have arrived in the buffer given last. */
  arrived(count: number, buffer: Buffer): boolean {
    if (this.#take === undefined) return true;
    if (buffer === shared) return this.#take(Buffer.from(buffer.subarray(0, count)), undefined);
    this.#current = undefined;
    if (count === buffer.length) this.#size = Math.min(this.#size * 2, LARGEST_BUFFER);
    else if (count <= buffer.length / 4) this.#size = Math.max(this.#size / 2, SMALLEST_BUFFER);
    return this.#take(buffer.subarray(0, count), buffer);
  }

  begin(take: Take): void {
    this.#take = take;
  }

  end(): void {
    if (this.#current !== undefined) buffers.give(this.#current);
    this.#current = undefined;
    this.#take = undefined;
  }
}

/** How a socket reads, where it is one of {@link withPooledReads}; others tell of bytes by `data` events. */
export function pooledReads(socket: Socket): Reads | undefined {
  return readsOf.get(socket);
}

/** Notes how a socket reads. */
export function readWith(socket: Socket, reads: Reads): void {
  readsOf.set(socket, reads);
}

interface Handle {
  useUserBuffer?: unknown;
}

/**
 * The same connection as a socket that reads into pooled buffers, paused. The one given is used up.
 *
 * A socket can only be told so when it is made (`onread`), and those that a `net.Server` accepts are made by it; so the
 * connection's handle is moved to a new one, as Node itself does when it hands a socket to another process. Where handles are not
 * what they are in the Node versions we know, or something has been read already, the socket stays as it is.
 */
export function withPooledReads(socket: Socket): Socket {
  const given = socket as Socket & { _handle?: Handle | null };
  const handle = given._handle;
  if (typeof handle?.useUserBuffer !== 'function' || socket.readableLength > 0 || socket.destroyed) return socket;
  const reads = new PooledReads();
  // The handle of a connection and `pauseOnCreate` are not in Node's documentation.
  const options: object = {
    handle,
    pauseOnCreate: true,
    allowHalfOpen: true,
    onread: {
      buffer: () => reads.next(),
      callback: (count: number, buffer: Buffer) => reads.arrived(count, buffer),
    },
  };
  const pooled = new Socket(options);
  given._handle = null;
  socket.destroy();
  readsOf.set(pooled, reads);
  return pooled;
}
