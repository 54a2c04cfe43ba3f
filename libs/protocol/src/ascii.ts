// TYPE A: line ends of data. RFC 959 §3.1.1.1: CR LF on the wire, LF on disk.

const LF = 0x0a;
const CR = 0x0d;
const EMPTY = Buffer.alloc(0);

export interface AsciiEncoderOptions {
  /**
   * What gets a CR before it: every LF (false, default), as Pure-FTPd does, so that what `AsciiDecoder` makes of it is
   * the file again if it had no CR; or only an LF that has none (true), which leaves a file with CR LF as it is.
   */
  readonly bare?: boolean;
}

/** Turns what is sent: LF becomes CR LF. Keeps the state between chunks; one for each transfer. */
export class AsciiEncoder {
  readonly #bare: boolean;
  #afterCr = false;

  constructor(options: AsciiEncoderOptions = {}) {
    this.#bare = options.bare ?? false;
  }

  /** The chunk converted; the same buffer when there is nothing to convert. */
  push(chunk: Buffer): Buffer {
    const length = chunk.length;
    const first = chunk.indexOf(LF);
    let previous = this.#afterCr ? CR : 0;
    if (length > 0) this.#afterCr = this.#bare && chunk[length - 1] === CR;
    if (first === -1) return chunk;

    if (first > 0) previous = chunk[first - 1] ?? 0;
    const before = previous;
    let added = 0;
    for (let at = first; at < length; at++) {
      const byte = chunk[at] ?? 0;
      if (byte === LF && !(this.#bare && previous === CR)) added += 1;
      previous = byte;
    }
    if (added === 0) return chunk;

    const converted = Buffer.allocUnsafe(length + added);
    chunk.copy(converted, 0, 0, first);
    previous = before;
    let to = first;
    for (let at = first; at < length; at++) {
      const byte = chunk[at] ?? 0;
      if (byte === LF && !(this.#bare && previous === CR)) converted[to++] = CR;
      converted[to++] = byte;
      previous = byte;
    }
    return converted;
  }
}

export interface AsciiDecoderOptions {
  /** Which CR goes: `all` (default), wherever it stands, as Pure-FTPd does; or `pairs`, only one before an LF. */
  readonly cr?: 'all' | 'pairs';
}

/** Turns what is received: CR LF becomes LF. Keeps the state between chunks; one for each transfer. */
export class AsciiDecoder {
  readonly #pairs: boolean;
  /** A CR ended the last chunk, and what follows it decides whether it stays. */
  #heldCr = false;

  constructor(options: AsciiDecoderOptions = {}) {
    this.#pairs = options.cr === 'pairs';
  }

  /** The chunk converted; the same buffer when there is nothing to convert. */
  push(chunk: Buffer): Buffer {
    const length = chunk.length;
    if (length === 0) return chunk;
    const first = chunk.indexOf(CR);
    const heldCr = this.#heldCr;
    this.#heldCr = false;
    if (first === -1 && !heldCr) return chunk;

    const converted = Buffer.allocUnsafe(length + 1);
    let to = 0;
    if (heldCr && chunk[0] !== LF) converted[to++] = CR;
    const untouched = first === -1 ? length : first;
    to += chunk.copy(converted, to, 0, untouched);
    for (let at = untouched; at < length; at++) {
      const byte = chunk[at] ?? 0;
      if (byte !== CR) converted[to++] = byte;
      else if (!this.#pairs) continue;
      else if (at === length - 1) this.#heldCr = true;
      else if (chunk[at + 1] !== LF) converted[to++] = CR;
    }
    return converted.subarray(0, to);
  }

  /** What is still to be written when the data has ended: a CR that no LF followed, or nothing. */
  end(): Buffer {
    const rest = this.#heldCr ? Buffer.of(CR) : EMPTY;
    this.#heldCr = false;
    return rest;
  }
}
