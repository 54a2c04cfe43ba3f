// How the C tools cut a text file into lines [spec puredb.md §1.2]: at most 2,046 bytes at a time, newline included; the
// rest of a longer line is read as a new line. Tools that copy a file write the pieces back as they are.

/** The longest line, newline included. */
export const MAX_LINE = 2046;

const NEWLINE = 0x0a;

/** Called with a line of `bytes`, newline included if there is one. The bytes are not kept. */
export type OnLine = (bytes: Buffer, start: number, end: number) => void;

/** Cuts chunks of any size into lines. Large chunks are faster: only a line across two of them is copied. */
export class LineSplitter {
  readonly #onLine: OnLine;
  /** The start of a line whose end is not there yet. */
  readonly #rest = Buffer.allocUnsafeSlow(MAX_LINE);
  #restLength = 0;

  constructor(onLine: OnLine) {
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    let at = this.#completeRest(chunk);
    let newline = chunk.indexOf(NEWLINE, at);
    while (at < chunk.length) {
      const left = (newline === -1 ? chunk.length : newline + 1) - at;
      if (newline === -1 && left < MAX_LINE) {
        this.#restLength = chunk.copy(this.#rest, 0, at);
        return;
      }
      const end = at + Math.min(left, MAX_LINE);
      this.#onLine(chunk, at, end);
      at = end;
      if (at > newline && newline !== -1) newline = chunk.indexOf(NEWLINE, at);
    }
  }

  /** The file has ended: what is left is a line without newline. */
  end(): void {
    const length = this.#restLength;
    this.#restLength = 0;
    if (length > 0) this.#onLine(this.#rest, 0, length);
  }

  /** Moves bytes of the chunk to the line begun before. Returns how many. */
  #completeRest(chunk: Buffer): number {
    if (this.#restLength === 0) return 0;
    const window = chunk.subarray(0, MAX_LINE - this.#restLength);
    const newline = window.indexOf(NEWLINE);
    const taken = newline === -1 ? window.length : newline + 1;
    window.copy(this.#rest, this.#restLength, 0, taken);
    const length = this.#restLength + taken;
    const complete = newline !== -1 || length === MAX_LINE;
    this.#restLength = complete ? 0 : length;
    if (complete) this.#onLine(this.#rest, 0, length);
    return taken;
  }
}

/** Whether `bytes[start..end)` begins with `prefix`. */
export function startsWith(bytes: Uint8Array, start: number, end: number, prefix: Uint8Array): boolean {
  if (end - start < prefix.length) return false;
  for (let at = 0; at < prefix.length; at++) {
    if (bytes[start + at] !== prefix[at]) return false;
  }
  return true;
}

/** The end of what a reader sees of a line: its first CR, LF or NUL. */
export function visibleEnd(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte === 0x0d || byte === NEWLINE || byte === 0) return at;
  }
  return end;
}
