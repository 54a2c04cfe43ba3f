import type { TLSSocket } from 'node:tls';

import { buffers, LARGEST_BUFFER, SMALLEST_BUFFER } from '../sockets/buffer-pool.ts';
import { type BufferedReader, readInto, type Reads, readWith, type Taker } from '../sockets/pooled-reads.ts';

/** The most bytes of data in a TLS record. */
const RECORD = 16 * 1024;

/** A buffer that is full after so few turns of the event loop earns the next one twice the size; after so many, half. */
const FEW_TURNS = 2;
const MANY_TURNS = 8;

interface Piece {
  readonly bytes: Buffer;
  readonly buffer: Buffer | undefined;
}

/**
 * Puts the records of an upload one behind the other into buffers of the pool. Otherwise Node makes an object with memory of its
 * own for each 16 KiB, and collecting this garbage takes more time than decrypting.
 */
class PackedReads implements Reads, BufferedReader {
  readonly #socket: TLSSocket;
  #taker: Taker | undefined;
  #size = SMALLEST_BUFFER;
  /** Where records go: `#buffer[#start, #end)` has been read and not handed over. */
  #buffer = buffers.take(SMALLEST_BUFFER);
  #start = 0;
  #end = 0;
  #turns = 0;
  /** What came before anybody wanted it. */
  readonly #early: Piece[] = [];
  #mayRead = true;
  #handOver: NodeJS.Immediate | undefined;
  #ended = false;

  constructor(socket: TLSSocket) {
    this.#socket = socket;
    // The first to hear of the end: what came before it is handed over before it.
    socket.on('end', () => this.#flush());
    socket.on('close', () => this.#flush());
  }

  /** Where the next record goes. */
  next(): Buffer {
    return this.#buffer.subarray(this.#end);
  }

  /** A record has arrived there. */
  arrived(count: number): boolean {
    this.#end += count;
    if (this.#buffer.length - this.#end < RECORD) {
      this.#replace();
      return this.#mayRead;
    }
    // What arrives in one turn is handed over together.
    this.#handOver ??= setImmediate(() => {
      this.#turns += 1;
      this.#flush();
      if (!this.#mayRead) this.#socket.pause();
    });
    return this.#mayRead;
  }

  begin(taker: Taker): void {
    this.#taker = taker;
    this.#mayRead = true;
    for (const { bytes, buffer } of this.#early.splice(0)) taker.take(bytes, buffer);
    this.#flush();
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#taker = undefined;
    clearImmediate(this.#handOver);
    buffers.give(this.#buffer);
    for (const { buffer } of this.#early.splice(0)) if (buffer !== undefined) buffers.give(buffer);
  }

  /** Hands over what is left in a buffer, and the buffer with it. */
  #replace(): void {
    if (this.#turns <= FEW_TURNS) this.#size = Math.min(this.#size * 2, LARGEST_BUFFER);
    else if (this.#turns > MANY_TURNS) this.#size = Math.max(this.#size / 2, SMALLEST_BUFFER);
    this.#flush(this.#buffer);
    this.#buffer = buffers.take(this.#size);
    this.#start = 0;
    this.#end = 0;
    this.#turns = 0;
  }

  /** Hands over what has been read; the buffer only when nothing more goes into it. */
  #flush(buffer?: Buffer): void {
    clearImmediate(this.#handOver);
    this.#handOver = undefined;
    if (this.#ended || (this.#start === this.#end && buffer === undefined)) return;
    const bytes = this.#buffer.subarray(this.#start, this.#end);
    this.#start = this.#end;
    if (this.#taker === undefined) {
      this.#early.push({ bytes, buffer });
      this.#mayRead = false;
    } else {
      this.#mayRead = this.#taker.take(bytes, buffer);
    }
  }
}

/** Has a protected connection read into buffers of the pool, where that can be. */
export function packReads(socket: TLSSocket): void {
  const reads = new PackedReads(socket);
  if (readInto(socket, reads)) readWith(socket, reads);
  else reads.end();
}
