import { availableParallelism } from 'node:os';

import type { VirtualFile } from '../contract/virtual-file.ts';
import { buffers, LARGEST_BUFFER } from '../sockets/buffer-pool.ts';

/** One is sent, one is there to be sent next, one is read. */
const PIECES = 3;

/**
 * Downloads of this process that read ahead at the same time: more than there are processors for win nothing, and the memory of
 * clients that stop in the middle stays bounded.
 */
const MOST = Math.min(4, Math.max(1, availableParallelism() - 1));

let running = 0;

interface Piece {
  readonly buffer: Buffer;
  /** Bytes read; none where there is nothing more to read. */
  reading: Promise<number>;
}

const NOTHING = Promise.resolve(0);

/**
 * A part of a file, read by the thread pool while what was read before is sent: what is one copy after the other on one
 * processor becomes two at a time on two.
 */
export class ReadAhead {
  readonly #read: NonNullable<VirtualFile['readInPool']>;
  readonly #end: number;
  readonly #pieces: readonly Piece[];
  #position: number;
  #turn = 0;
  #short = false;

  private constructor(read: NonNullable<VirtualFile['readInPool']>, position: number, end: number) {
    this.#read = read;
    this.#position = position;
    this.#end = end;
    this.#pieces = Array.from({ length: PIECES }, () => ({ buffer: buffers.take(LARGEST_BUFFER), reading: NOTHING }));
    for (const piece of this.#pieces) this.#fill(piece);
  }

  /**
   * Begins to read, up to `end`; undefined where the file cannot be read so, where it is hardly worth while, and when enough
   * others do. Who began it has to {@link close} it.
   */
  static start(file: VirtualFile, position: number, end: number): ReadAhead | undefined {
    if (file.readInPool === undefined || running >= MOST || end - position < PIECES * LARGEST_BUFFER) return undefined;
    running += 1;
    return new ReadAhead(file.readInPool.bind(file), position, end);
  }

  /** The next piece, its caller's until {@link sent}; undefined when there is no more, also since the file has shrunk. */
  async next(): Promise<Buffer | undefined> {
    const piece = this.#pieces[this.#turn];
    if (piece === undefined || this.#short) return undefined;
    const count = await piece.reading;
    // What is read behind a gap is of no use.
    this.#short = count < piece.buffer.length;
    return count === 0 ? undefined : piece.buffer.subarray(0, count);
  }

  /** The piece that {@link next} gave last is of no more use. */
  sent(): void {
    const piece = this.#pieces[this.#turn];
    if (piece !== undefined) this.#fill(piece);
    this.#turn = (this.#turn + 1) % PIECES;
  }

  /**
   * Comes back when nothing is read any more, so that the file can be closed.
   * @param isSending Whether the piece that {@link next} gave last may still be read by somebody.
   */
  async close(isSending: boolean): Promise<void> {
    await Promise.allSettled(this.#pieces.map(({ reading }) => reading));
    for (const [index, { buffer }] of this.#pieces.entries()) {
      if (!isSending || index !== this.#turn) buffers.give(buffer);
    }
    running -= 1;
  }

  #fill(piece: Piece): void {
    const bytes = Math.min(piece.buffer.length, this.#end - this.#position);
    piece.reading = bytes > 0 ? this.#read(piece.buffer.subarray(0, bytes), this.#position) : NOTHING;
    this.#position += bytes;
    // It is told to who asks for the piece, if anybody still does.
    piece.reading.catch(() => undefined);
  }
}
