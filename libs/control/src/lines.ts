import { LINE_BYTES } from './requests.ts';

const LINE_FEED = 0x0a;
/** A line that comes byte by byte costs no object for each. */
const PIECES = 256;

/** Somebody has sent a line that is longer than any may be: what follows has no beginning. */
export class LineTooLong extends Error {
  override readonly name = 'LineTooLong';
  readonly code = 'LINE_TOO_LONG';

  constructor() {
    super(`a line has at most ${LINE_BYTES} bytes`);
  }
}

/** Puts lines together from the pieces they come in. */
export class LineReader {
  #pieces: Buffer[] = [];
  #bytes = 0;

  /** Whether a line has begun, and its end has not come. */
  get isWaiting(): boolean {
    return this.#bytes > 0;
  }

  /**
   * Takes a piece.
   * @returns The lines that are whole now, without their ends.
   * @throws LineTooLong
   */
  push(piece: Buffer): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let end = piece.indexOf(LINE_FEED); end !== -1; end = piece.indexOf(LINE_FEED, from)) {
      this.#keep(piece.subarray(from, end + 1));
      lines.push(Buffer.concat(this.#pieces).toString('utf8', 0, this.#bytes - 1));
      this.#pieces = [];
      this.#bytes = 0;
      from = end + 1;
    }
    if (from < piece.length) this.#keep(piece.subarray(from));
    return lines;
  }

  #keep(piece: Buffer): void {
    this.#bytes += piece.length;
    if (this.#bytes > LINE_BYTES) throw new LineTooLong();
    this.#pieces.push(piece);
    if (this.#pieces.length > PIECES) this.#pieces = [Buffer.concat(this.#pieces)];
  }
}

/** A line as it is sent. */
export function lineOf(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
