import type { Socket } from 'node:net';

import { buffers, LARGEST_BUFFER, sizeFor } from './buffer-pool.ts';

/** The larger, the fewer calls; what the processor keeps close while it is written to a file. */
const LANDING_BYTES = 2 * 1024 * 1024;

/** As much of it as is read at once while what arrives has to be kept: it comes on top of what waits already. */
const KEPT_BYTES = 256 * 1024;

/** Takes what has arrived. */
export interface Taker {
  /**
   * Uses bytes that are somebody else's again after the call.
   * @returns False when they cannot be used now: they come again to {@link take}.
   */
  use(bytes: Buffer): boolean;
  /**
   * Takes bytes. The buffer they are in, where it is one of the pool, belongs to the taker from then on, who gives it back;
   * undefined when the bytes are nobody else's.
   * @returns Whether more may be read now.
   */
  take(bytes: Buffer, buffer: Buffer | undefined): boolean;
}

/** Where all uploads in clear arrive, one after the other: what is in it is used, or copied, before the next read. */
const landing = Buffer.allocUnsafeSlow(LANDING_BYTES);
const partOfLanding = landing.subarray(0, KEPT_BYTES);

/** The socket's own reading, by socket. */
const readsOf = new WeakMap<Socket, Reads>();

/** Reading of a connection into buffers of ours. */
export interface Reads {
  /** From now on, what arrives is wanted. */
  begin(taker: Taker): void;
  /** Nothing will be read any more: the connection has ended or is destroyed. */
  end(): void;
}

/**
 * Reads of one connection into a buffer that all have in common: Node allocates 64 KiB for each read of a socket, which for an
 * upload is half of the work, and a buffer for each connection would be a megabyte for each client.
 */
class PooledReads implements Reads, BufferedReader {
  #taker: Taker | undefined;
  /** What arrived last was used at once. */
  #isUsed = false;

  next(): Buffer {
    return this.#isUsed ? landing : partOfLanding;
  }

  /** Bytes have arrived in the buffer. */
  arrived(count: number): boolean {
    if (this.#taker === undefined) return true;
    this.#isUsed = this.#taker.use(landing.subarray(0, count));
    if (this.#isUsed) return true;
    let mayRead = true;
    for (let at = 0; at < count; at += LARGEST_BUFFER) {
      const bytes = landing.subarray(at, Math.min(at + LARGEST_BUFFER, count));
      const buffer = buffers.take(sizeFor(bytes.length));
      bytes.copy(buffer);
      mayRead = this.#taker.take(buffer.subarray(0, bytes.length), buffer);
    }
    return mayRead;
  }

  begin(taker: Taker): void {
    this.#taker = taker;
  }

  end(): void {
    this.#taker = undefined;
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
