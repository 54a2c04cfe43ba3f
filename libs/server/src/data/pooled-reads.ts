import type { Socket } from 'node:net';

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
class PooledReads implements Reads, BufferedReader {
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

/** How a socket reads, where it is one of {@link poolReads}; others tell of bytes by `data` events. */
export function pooledReads(socket: Socket): Reads | undefined {
  return readsOf.get(socket);
}

/** Notes how a socket reads. */
export function readWith(socket: Socket, reads: Reads): void {
  readsOf.set(socket, reads);
}

/** How Node's sockets are told to read into buffers of others: what it does itself for the option `onread` when it makes one. */
interface BufferSlots {
  /** The buffer that is read into. */
  readonly buffer: symbol;
  /** Called with the number of bytes in it and itself; false stops the reading. */
  readonly arrived: symbol;
  /** Called for the next buffer. */
  readonly next: symbol;
}

/** Whoever takes what a socket reads. */
export interface BufferedReader {
  arrived(count: number, buffer: Buffer): boolean;
  next(): Buffer;
}

let slots: BufferSlots | undefined;

/** The places on a socket; undefined in a Node that has them elsewhere. */
function slotsOf(socket: Socket): BufferSlots | undefined {
  if (slots !== undefined) return slots;
  const symbols = new Map(Object.getOwnPropertySymbols(socket).map((symbol) => [symbol.description, symbol]));
  const buffer = symbols.get('kBuffer');
  const arrived = symbols.get('kBufferCb');
  const next = symbols.get('kBufferGen');
  if (buffer === undefined || arrived === undefined || next === undefined) return undefined;
  slots = { buffer, arrived, next };
  return slots;
}

function takesBuffer(handle: unknown): handle is { useUserBuffer(buffer: Buffer): void } {
  return (
    typeof handle === 'object' &&
    handle !== null &&
    'useUserBuffer' in handle &&
    typeof handle.useUserBuffer === 'function'
  );
}

/**
 * Has a socket read into buffers of somebody else. Node has an option for that (`onread`), only for connections that it makes
 * itself, so it is set where Node keeps it.
 * @returns false, and nothing is changed, where this Node keeps it elsewhere, or something has been read already.
 */
export function readInto(socket: Socket, reader: BufferedReader): boolean {
  const handle: unknown = Reflect.get(socket, '_handle');
  const found = slotsOf(socket);
  if (found === undefined || !takesBuffer(handle) || socket.destroyed) return false;
  if (socket.readableLength > 0 || socket.readableFlowing === true) return false;
  const first = reader.next();
  Reflect.set(socket, found.arrived, (count: number, buffer: Buffer) => reader.arrived(count, buffer));
  Reflect.set(socket, found.next, () => reader.next());
  Reflect.set(socket, found.buffer, first);
  handle.useUserBuffer(first);
  return true;
}

/** Has a connection that nobody reads yet read into pooled buffers, where that can be. */
export function poolReads(socket: Socket): void {
  const reads = new PooledReads();
  if (readInto(socket, reads)) readsOf.set(socket, reads);
}
