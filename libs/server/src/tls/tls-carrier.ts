import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

import { offersTls13 } from './client-hello.ts';

/** Content types of TLS records (RFC 8446 §5.1, and 24 of RFC 6520). No FTP command begins with such a byte. */
const FIRST_TYPE = 20;
const LAST_TYPE = 24;
const HEADER_LENGTH = 5;

/**
 * Carries TLS records to and from a socket that can do without TLS again (CCC, REIN): the socket stays its owner's, who gives
 * this what has arrived. It knows where records end, so that not a byte behind the last one is lost.
 */
export class TlsCarrier extends Duplex {
  readonly #socket: Socket;
  #header = Buffer.alloc(HEADER_LENGTH);
  #headerLength = 0;
  /** Bytes of the record that are still to come. */
  #left = 0;
  #detached = false;
  #endSeen = false;
  /** What the client has sent until it was clear what it offers; nothing afterwards. */
  #beginning: Buffer = Buffer.alloc(0);
  #offersTls13: boolean | undefined;

  /** @param socket A connected socket; whatever it emits is its owner's to hear. */
  constructor(socket: Socket) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    // The first to listen: TLS hears of the end after this.
    this.once('end', () => {
      this.#endSeen = true;
    });
  }

  /** Whether TLS has been told that the connection itself has ended. */
  get endSeen(): boolean {
    return this.#endSeen;
  }

  /** Whether the client says that it speaks TLS 1.3; false before it has said anything. */
  get offersTls13(): boolean {
    return this.#offersTls13 === true;
  }

  /**
   * Takes what has arrived.
   * @returns What follows the last TLS record, once {@link detach} has been called.
   */
  receive(chunk: Buffer): Buffer | undefined {
    if (this.#offersTls13 === undefined) this.#hearOffer(chunk);
    const length = this.#recordBytes(chunk);
    const rest = this.#detached && length < chunk.length ? chunk.subarray(length) : undefined;
    const records = rest === undefined ? chunk : chunk.subarray(0, length);
    // Once TLS has had its end, more records only need to be skipped.
    if (records.length > 0 && !this.destroyed && !this.push(records) && !this.#detached) this.#socket.pause();
    return rest;
  }

  /** The other side has ended the connection. */
  inputEnded(): void {
    if (!this.destroyed) this.push(null);
  }

  /** From now on, the end of TLS is not the end of the connection. */
  detach(): void {
    this.#detached = true;
  }

  override _read(): void {
    if (!this.#detached) this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#socket.write(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    if (this.#detached) done();
    else this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.#detached) this.#socket.destroy();
    done(error);
  }

  #hearOffer(chunk: Buffer): void {
    const beginning = this.#beginning.length === 0 ? chunk : Buffer.concat([this.#beginning, chunk]);
    this.#offersTls13 = offersTls13(beginning);
    this.#beginning = this.#offersTls13 === undefined ? beginning : Buffer.alloc(0);
  }

  /** How many of the bytes are of TLS records. */
  #recordBytes(chunk: Buffer): number {
    let at = 0;
    while (at < chunk.length) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, chunk.length - at);
        this.#left -= taken;
        at += taken;
        continue;
      }
      const byte = chunk[at] ?? 0;
      if (this.#headerLength === 0 && (byte < FIRST_TYPE || byte > LAST_TYPE)) return at;
      this.#header[this.#headerLength] = byte;
      this.#headerLength += 1;
      at += 1;
      if (this.#headerLength < HEADER_LENGTH) continue;
      this.#left = this.#header.readUInt16BE(3);
      this.#headerLength = 0;
    }
    return at;
  }
}
