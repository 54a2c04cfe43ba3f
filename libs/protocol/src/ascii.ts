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
    const { length } = chunk;
    if (length === 0) return chunk;
    const afterCr = this.#afterCr;
    this.#afterCr = this.#bare && chunk[length - 1] === CR;
    const first = chunk.indexOf(LF);
    if (first === -1) return chunk;

    // One pass into the most it can become; pages that stay untouched cost no memory.
    const converted = Buffer.allocUnsafeSlow(2 * length);
    const end = insertCrs(chunk, converted, this.#bare, afterCr);
    return end === length ? chunk : converted.subarray(0, end);
  }
}

/** Writes the chunk with its CRs to `converted`; returns where it ends. `afterCr`: a CR ended the chunk before. */
function insertCrs(chunk: Uint8Array, converted: Uint8Array, bare: boolean, afterCr: boolean): number {
  const { length } = chunk;
  let to = 0;
  for (let at = 0; at < length; at++) {
    const byte = chunk[at] ?? 0;
    if (byte === LF && !(bare && (to > 0 ? converted[to - 1] === CR : afterCr))) converted[to++] = CR;
    converted[to++] = byte;
  }
  return to;
}

/** Appends to `converted` at `start` what stays of the chunk from `from` on; returns where it ends. */
function removeCrs(chunk: Uint8Array, from: number, pairs: boolean, converted: Uint8Array, start: number): number {
  const { length } = chunk;
  let to = start;
  for (let at = from; at < length; at++) {
    const byte = chunk[at] ?? 0;
    if (byte !== CR || (pairs && at + 1 < length && chunk[at + 1] !== LF)) converted[to++] = byte;
  }
  return to;
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
    if (first === -1 && !heldCr) return chunk;

    const converted = Buffer.allocUnsafe(length + 1);
    let to = 0;
    if (heldCr && chunk[0] !== LF) converted[to++] = CR;
    const untouched = first === -1 ? length : first;
    to += chunk.copy(converted, to, 0, untouched);
    this.#heldCr = this.#pairs && chunk[length - 1] === CR;
    return converted.subarray(0, removeCrs(chunk, untouched, this.#pairs, converted, to));
  }

  /** What is still to be written when the data has ended: a CR that no LF followed, or nothing. */
  end(): Buffer {
    const rest = this.#heldCr ? Buffer.of(CR) : EMPTY;
    this.#heldCr = false;
    return rest;
  }
}
