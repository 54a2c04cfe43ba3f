import type { Socket } from 'node:net';

import { readInto } from '../sockets/pooled-reads.ts';
import { RecordEnds } from './record-ends.ts';
import { TlsCarrier } from './tls-carrier.ts';

/** Records of so many bytes may be alerts, each of which TLS gets by itself; those of a file are longer, but for the last one. */
const SMALL_RECORD = 128;

/** Where what arrives lands, one connection after the other: TLS decrypts it before the next read. */
const landing = Buffer.allocUnsafeSlow(256 * 1024);

/**
 * Carries the TLS records of a data connection on which the client sends, and knows at any time how many of the last ones gave
 * no text.
 */
export class DataCarrier extends TlsCarrier {
  readonly #arriving = new RecordEnds();
  readonly #decrypting = new RecordEnds();
  /** Records that have ended in the piece that TLS is given. */
  #inPiece = 0;
  #text = 0;
  #textless = 0;

  /** @param socket A connection that nobody has read yet; it is read from now on, and whatever it tells is heard. */
  constructor(socket: Socket) {
    super(socket);
    // The first to hear of it, before TLS decrypts it.
    this.on('data', (piece: Buffer) => {
      this.#inPiece = this.#decrypting.of(piece).length;
    });
    // Until TLS wants to read.
    this.pause();
    socket.on('end', () => this.inputEnded());
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
    const arrived = (count: number): boolean => {
      this.#arrived(landing.subarray(0, count));
      return true;
    };
    if (!readInto(socket, { next: () => landing, arrived })) socket.on('data', (chunk: Buffer) => this.#arrived(chunk));
    socket.resume();
  }

  /**
   * From now on, until its end, tells records that give text from those that give none.
   * @param textBytes How much text there has been, in all.
   */
  watchText(textBytes: () => number): void {
    this.#text = textBytes();
    // The last to hear of it, after TLS has decrypted it.
    this.on('data', () => {
      const text = textBytes();
      this.#textless = text === this.#text ? this.#textless + this.#inPiece : 0;
      this.#text = text;
    });
  }

  /** How many whole records have come since the last text; 0 when a part of one has. */
  get textlessRecords(): number {
    return this.#decrypting.isBetween ? this.#textless : 0;
  }

  #arrived(chunk: Buffer): void {
    let start = 0;
    let end = 0;
    for (const { at, length } of this.#arriving.of(chunk)) {
      if (length <= SMALL_RECORD) {
        if (end > start) this.#pass(chunk.subarray(start, end));
        this.#pass(chunk.subarray(end, at));
        start = at;
      }
      end = at;
    }
    if (start < chunk.length) this.#pass(chunk.subarray(start));
  }

  /** What does not go on at once is kept, and the landing is used again. */
  #pass(piece: Buffer): void {
    const goesOn = this.readableFlowing === true && this.readableLength === 0;
    this.receive(goesOn ? piece : Buffer.from(piece));
  }
}
