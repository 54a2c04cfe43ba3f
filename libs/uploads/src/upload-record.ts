// A finished upload on the wire: 02 login 01 path 00 [spec quota-upload-auth-cert.md §2.2].

/** A finished upload. Both are bytes as they are on disk and on the wire. */
export interface UploadRecord {
  /** Who uploaded: the login, `ftp` for anonymous users. */
  readonly login: Buffer;
  /** The absolute path of the file as seen from outside of any jail; or `ADDRESS:/path` of a virtual host's file. */
  readonly path: Buffer;
}

/** The first byte of a record, and in no other place of one. */
export const RECORD_START = 0x02;
const SEPARATOR = 0x01;
const END = 0x00;
/** What the C reader takes; its Debian build takes one more. */
const MAX_LOGIN_BYTES = 127;
/** No longer path can be opened. */
const MAX_PATH_BYTES = 4095;
/** No longer record is taken. */
export const MAX_RECORD_BYTES = MAX_LOGIN_BYTES + MAX_PATH_BYTES + 5;

/** An upload that cannot be announced: a reader would not find the end of its record, or drop it. */
export class UploadRecordError extends Error {
  override readonly name = 'UploadRecordError';
  readonly code = 'UPLOAD_RECORD';
}

function isControl(byte: number): boolean {
  return byte < 0x20 || byte === 0x7f;
}

function check(what: string, bytes: Uint8Array, most: number): void {
  if (bytes.length > most) throw new UploadRecordError(`a ${what} of more than ${most} bytes`);
  if (bytes.some(isControl)) throw new UploadRecordError(`a ${what} with a control character`);
}

/**
 * The bytes of a record.
 * @throws {UploadRecordError} for what a reader would drop.
 */
export function encodeRecord({ login, path }: UploadRecord): Buffer {
  check('login', login, MAX_LOGIN_BYTES);
  check('path', path, MAX_PATH_BYTES);
  return Buffer.concat([Buffer.of(RECORD_START), login, Buffer.of(SEPARATOR), path, Buffer.of(END)]);
}

/**
 * Finds records in a stream, byte by byte, as the C reader does: what is in no record is passed over, and a record with a
 * control character, or too long, is dropped; the next one begins at the next start byte. Unlike C's reader it takes a start
 * byte inside of a record for that of the next one: who began the first was killed.
 */
export class RecordParser {
  #part: 'none' | 'login' | 'path' = 'none';
  readonly #login = Buffer.alloc(MAX_LOGIN_BYTES + 1);
  readonly #path = Buffer.alloc(MAX_PATH_BYTES + 1);
  #length = 0;
  #loginLength = 0;

  /** @returns The record that this byte has completed. */
  push(byte: number): UploadRecord | undefined {
    switch (this.#part) {
      case 'none':
        if (byte === RECORD_START) this.#begin('login');
        return undefined;
      case 'login':
        if (byte === SEPARATOR) {
          this.#loginLength = this.#length;
          this.#begin('path');
        } else this.#take(this.#login, byte);
        return undefined;
      case 'path':
        if (byte === END) return this.#complete();
        this.#take(this.#path, byte);
        return undefined;
      default:
        return this.#part satisfies never;
    }
  }

  #begin(part: 'login' | 'path'): void {
    this.#part = part;
    this.#length = 0;
  }

  #take(into: Buffer, byte: number): void {
    if (byte === RECORD_START) this.#begin('login');
    else if (isControl(byte) || this.#length >= into.length) this.#part = 'none';
    else into[this.#length++] = byte;
  }

  #complete(): UploadRecord {
    this.#part = 'none';
    return {
      login: Buffer.from(this.#login.subarray(0, this.#loginLength)),
      path: Buffer.from(this.#path.subarray(0, this.#length)),
    };
  }
}
