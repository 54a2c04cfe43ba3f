/** TLS (RFC 8446 §4, §5.1): a record of handshake messages, the message that begins it, the list of versions in that, and 1.3. */
const HANDSHAKE_RECORD = 22;
const CLIENT_HELLO = 1;
const SUPPORTED_VERSIONS = 43;
const TLS_1_3 = 0x0304;

const RECORD_HEADER = 5;
/** Before the session id: the header of the message, a version and a random number. */
const BEFORE_SESSION_ID = RECORD_HEADER + 4 + 2 + 32;

/** The longest record with its header: what has to be kept of what a client sends until the first is there. */
export const LONGEST_RECORD = RECORD_HEADER + 16 * 1024;

/** A part of a message, each of whose lists has its length before it. What is beyond the end reads as nothing. */
class Lists {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** A number of so many bytes. */
  number(size: 1 | 2): number {
    const end = this.#at + size;
    const value = end > this.#bytes.length ? 0 : this.#bytes.readUIntBE(this.#at, size);
    this.#at = end;
    return value;
  }

  /** A list whose length is a number of so many bytes. */
  list(size: 1 | 2): Buffer {
    const length = this.number(size);
    const list = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return list;
  }
}

/**
 * Whether a client that begins like this says that it speaks TLS 1.3, which is then spoken where the server does.
 * @param bytes What it has sent, from its first byte on.
 * @returns undefined while the first record is not complete; false where it is no such thing, or in several records.
 */
export function offersTls13(bytes: Buffer): boolean | undefined {
  if (bytes.length < RECORD_HEADER) return undefined;
  const end = RECORD_HEADER + bytes.readUInt16BE(3);
  if (bytes[0] !== HANDSHAKE_RECORD || end > LONGEST_RECORD) return false;
  if (bytes.length < end) return undefined;
  if (bytes[RECORD_HEADER] !== CLIENT_HELLO) return false;
  const hello = new Lists(bytes.subarray(BEFORE_SESSION_ID, end));
  hello.list(1); // session id
  hello.list(2); // cipher suites
  hello.list(1); // compression methods
  const extensions = new Lists(hello.list(2));
  while (!extensions.isAtEnd) {
    const type = extensions.number(2);
    const content = extensions.list(2);
    if (type === SUPPORTED_VERSIONS) return hasVersion(new Lists(new Lists(content).list(1)));
  }
  return false;
}

function hasVersion(versions: Lists): boolean {
  while (!versions.isAtEnd) if (versions.number(2) === TLS_1_3) return true;
  return false;
}
