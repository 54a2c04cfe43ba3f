/** Bytes before what a TLS record carries: its type, its version and its length (RFC 8446 §5.1). */
const HEADER_LENGTH = 5;

/** Where a record ends in a chunk, and how many bytes it has in all. */
export interface RecordEnd {
  readonly at: number;
  readonly length: number;
}

/** Finds the ends of TLS records in what arrives, however it is cut. */
export class RecordEnds {
  readonly #header = Buffer.alloc(HEADER_LENGTH);
  #headerLength = 0;
  #left = 0;

  /** Whether nothing of a record is missing. */
  get isBetween(): boolean {
    return this.#headerLength === 0;
  }

  /** The ends in the next chunk. */
  of(chunk: Uint8Array): RecordEnd[] {
    const ends: RecordEnd[] = [];
    for (let at = 0; at < chunk.length;) {
      if (this.#headerLength < HEADER_LENGTH) {
        this.#header[this.#headerLength] = chunk[at] ?? 0;
        this.#headerLength += 1;
        at += 1;
        if (this.#headerLength < HEADER_LENGTH) continue;
        this.#left = this.#header.readUInt16BE(3);
      }
      const taken = Math.min(this.#left, chunk.length - at);
      this.#left -= taken;
      at += taken;
      if (this.#left > 0) continue;
      this.#headerLength = 0;
      ends.push({ at, length: HEADER_LENGTH + this.#header.readUInt16BE(3) });
    }
    return ends;
  }
}
