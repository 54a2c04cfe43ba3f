import { LARGEST_BUFFER, SMALLEST_BUFFER } from '../sockets/buffer-pool.ts';

/** What a client has in memory here that has not shown yet how fast it is. */
export const FIRST_BUFFER = 256 * 1024;

/** A piece that the client takes longer for, in milliseconds, shows that it is slow. */
const SLOW_MS = 250;

/** Bytes after which a client has shown that it is quick. Kernels take several megabytes at once for clients that read nothing. */
const PROOF = 16 * 1024 * 1024;

/** How large the pieces of a download are: those of a slow client stay in memory for long, and are small. */
export class SendPace {
  #size = FIRST_BUFFER;
  /** Bytes taken since the client was slow, or the pieces became larger. */
  #taken = 0;

  /** Bytes of the next piece, at most. */
  get size(): number {
    return this.#size;
  }

  /** Whether the client has shown that it is quick. */
  get isProven(): boolean {
    return this.#size > FIRST_BUFFER;
  }

  /** How long a piece took to be sent, in milliseconds. */
  took(bytes: number, milliseconds: number): void {
    if (milliseconds >= SLOW_MS) {
      this.#size = SMALLEST_BUFFER;
      this.#taken = 0;
      return;
    }
    this.#taken += bytes;
    if (this.#taken < PROOF || this.#size === LARGEST_BUFFER) return;
    this.#size *= 2;
    this.#taken = 0;
  }
}
