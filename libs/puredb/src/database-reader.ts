import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { encodeName, messageOf } from '@pure-ftpd/protocol';
import { PureDBError } from './errors.ts';
import { BUCKETS, FILLER_SIZE, HEADER_SIZE, hashKey, MAGIC, MAX_FILE_SIZE, SLOT_SIZE } from './format.ts';

/** The outcome of a look-up. `corrupt` counts as absent; the message is one line for the log. */
export type LookupResult =
  | { readonly kind: 'found'; readonly value: Buffer }
  | { readonly kind: 'absent' }
  | { readonly kind: 'corrupt'; readonly message: string };

const ABSENT: LookupResult = { kind: 'absent' };

/** Slots read at once at the end of the binary search: one page. */
const WINDOW_SLOTS = 512;

// A look-up reads a bounded number of bytes, whatever the file says. A value is one line of the text file (2,046 bytes);
// keys with one full hash are rare accidents, and the first duplicate ends the search.
const MAX_VALUE = 65_536;
const MAX_CANDIDATES = 4096;

/** Damage met on the way of a look-up. Never leaves this module. */
class Corruption extends Error {}

/**
 * An indexed user database, open for look-ups [spec puredb.md §2].
 *
 * Look-ups are synchronous: four or five positioned reads of a local file, some microseconds together. Nothing is cached
 * or mapped, so a file that is replaced stays readable through the descriptor, and one that is cut is found corrupt.
 */
export class PureDB {
  readonly path: string;
  readonly #size: number;
  #fd: number | undefined;

  /**
   * Opens a database and checks its size and magic.
   * @throws {PureDBError} `unreadable`, `broken` or `tooLarge`.
   */
  static open(path: string): PureDB {
    let fd: number;
    try {
      // Not blocking: opening a FIFO by mistake must not stop the process.
      fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (cause) {
      throw new PureDBError('UNREADABLE', `${path}: cannot be opened: ${describe(cause)}`, { cause });
    }
    try {
      return new PureDB(path, fd);
    } catch (error) {
      closeSync(fd);
      if (error instanceof Corruption) throw new PureDBError('BROKEN', `${path}: ${error.message}`);
      throw error;
    }
  }

  private constructor(path: string, fd: number) {
    this.path = path;
    this.#fd = fd;
    const status = fstatSync(fd);
    if (!status.isFile()) throw new PureDBError('BROKEN', `${path}: not a regular file`);
    this.#size = status.size;
    if (this.#size > MAX_FILE_SIZE) {
      throw new PureDBError('TOO_LARGE', `${path}: ${this.#size} bytes, a PureDB database ends below 2^32`);
    }
    if (this.#size < HEADER_SIZE) {
      throw new PureDBError(
        'BROKEN',
        `${path}: ${this.#size} bytes, a PureDB database has at least ${HEADER_SIZE}: truncated or not finished`,
      );
    }
    const magic = this.#read(0, MAGIC.length);
    if (!magic.equals(MAGIC)) {
      throw new PureDBError(
        'BROKEN',
        `${path}: starts with 0x${magic.toString('hex')}, not with "PDB2": not a database`,
      );
    }
  }

  /**
   * The value of a key; of a key that stands there more than once, the first.
   * @throws {PureDBError} `unreadable` when the system cannot read the file, `closed`.
   */
  lookup(login: string | Uint8Array): LookupResult {
    const key = typeof login === 'string' ? encodeName(login) : login;
    try {
      const value = this.#find(key, hashKey(key));
      return value === undefined ? ABSENT : { kind: 'found', value };
    } catch (error) {
      if (error instanceof Corruption) return { kind: 'corrupt', message: `${this.path}: ${error.message}` };
      throw error;
    }
  }

  /**
   * Every record, in the order of the file's own index.
   * @throws {PureDBError} `broken` where the file is damaged, `unreadable`, `closed`.
   */
  *records(): Generator<{ readonly login: Buffer; readonly value: Buffer }> {
    try {
      for (let bucket = 0; bucket < BUCKETS; bucket += 1) yield* this.#recordsOf(bucket);
    } catch (error) {
      if (error instanceof Corruption) throw new PureDBError('BROKEN', `${this.path}: ${error.message}`);
      throw error;
    }
  }

  /** Closes the file; harmless when done before. */
  close(): void {
    const fd = this.#fd;
    this.#fd = undefined;
    if (fd !== undefined) closeSync(fd);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  *#recordsOf(bucket: number): Generator<{ readonly login: Buffer; readonly value: Buffer }> {
    const [start, slots] = this.#slotsOf(bucket);
    for (let at = 0; at < slots; at += 1) {
      const offset = this.#read(start + at * SLOT_SIZE, SLOT_SIZE).readUInt32BE(4);
      if (offset < HEADER_SIZE || offset + 4 > this.#size) throw new Corruption(`a record at ${offset}`);
      const length = this.#read(offset, 4).readUInt32BE(0);
      if (length > MAX_VALUE || offset + 4 + length > this.#size) throw new Corruption(`a record at ${offset}`);
      const login = this.#read(offset + 4, length);
      const value = this.#valueAt(offset, login);
      if (value !== undefined) yield { login, value };
    }
  }

  /** Where the slots of a bucket begin, and how many there are. */
  #slotsOf(bucket: number): readonly [start: number, slots: number] {
    const bounds = this.#read(MAGIC.length + bucket * 4, 8);
    const start = bounds.readUInt32BE(0);
    const end = bounds.readUInt32BE(4);
    if (start < HEADER_SIZE || start >= end || end > this.#size) {
      throw new Corruption(`bucket ${bucket} spans ${start} to ${end} in a file of ${this.#size} bytes`);
    }
    if (end - start === FILLER_SIZE) return [start, 0];
    if ((end - start) % SLOT_SIZE !== 0) {
      throw new Corruption(`bucket ${bucket} has ${end - start} bytes, which are no whole slots`);
    }
    return [start, (end - start) / SLOT_SIZE];
  }

  #find(key: Uint8Array, hash: number): Buffer | undefined {
    const [start, slots] = this.#slotsOf(hash & 0xff);
    let candidates = 0;
    for (const offset of this.#recordsWithHash(hash, start, slots)) {
      candidates += 1;
      if (candidates > MAX_CANDIDATES) {
        throw new Corruption(`more than ${MAX_CANDIDATES} records have the hash 0x${hash.toString(16)}`);
      }
      const value = this.#valueAt(offset, key);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** The record offsets of the slots with this hash, in their order. */
  *#recordsWithHash(hash: number, start: number, slots: number): Generator<number> {
    const bucket = hash & 0xff;
    // First slot whose hash is not lower: between `low` and `high`.
    let low = 0;
    let high = slots;
    while (high - low > WINDOW_SLOTS) {
      const middle = low + Math.floor((high - low) / 2);
      const found = this.#read(start + middle * SLOT_SIZE, SLOT_SIZE).readUInt32BE(0);
      if ((found & 0xff) !== bucket) throw misplaced(bucket, found);
      if (found < hash) low = middle + 1;
      else high = middle;
    }
    let previous = 0;
    for (let from = low; from < slots; from += WINDOW_SLOTS) {
      const count = Math.min(WINDOW_SLOTS, slots - from);
      const window = this.#read(start + from * SLOT_SIZE, count * SLOT_SIZE);
      for (let at = 0; at < window.length; at += SLOT_SIZE) {
        const found = window.readUInt32BE(at);
        if ((found & 0xff) !== bucket) throw misplaced(bucket, found);
        if (found < previous) throw new Corruption(`the slots of bucket ${bucket} are not sorted`);
        previous = found;
        if (found > hash) return;
        if (found === hash) yield window.readUInt32BE(at + 4);
      }
    }
  }

  /** The value of the record at `offset` if its key is `key`. */
  #valueAt(offset: number, key: Uint8Array): Buffer | undefined {
    if (offset < HEADER_SIZE || offset + 4 > this.#size) {
      throw new Corruption(`a record at ${offset} in a file of ${this.#size} bytes`);
    }
    // Key length, key and value length at once, as far as the file goes.
    const head = this.#read(offset, Math.min(4 + key.length + 4, this.#size - offset));
    if (head.readUInt32BE(0) !== key.length) return undefined;
    const keyEnd = 4 + key.length;
    if (head.length < keyEnd) throw new Corruption(`the key of the record at ${offset} passes the end of the file`);
    if (!head.subarray(4, keyEnd).equals(key)) return undefined;
    if (head.length < keyEnd + 4)
      throw new Corruption(`the record at ${offset} has no value before the end of the file`);
    const length = head.readUInt32BE(keyEnd);
    const valueStart = offset + keyEnd + 4;
    if (valueStart + length > this.#size) {
      throw new Corruption(`the value of the record at ${offset} (${length} bytes) passes the end of the file`);
    }
    if (length > MAX_VALUE) {
      throw new Corruption(`the value of the record at ${offset} has ${length} bytes, a user has at most ${MAX_VALUE}`);
    }
    return this.#read(valueStart, length);
  }

  #read(position: number, length: number): Buffer {
    if (this.#fd === undefined) throw new PureDBError('CLOSED', `${this.path}: look-up in a closed database`);
    const buffer = Buffer.alloc(length);
    let done = 0;
    while (done < length) {
      let count: number;
      try {
        count = readSync(this.#fd, buffer, done, length - done, position + done);
      } catch (cause) {
        throw new PureDBError('UNREADABLE', `${this.path}: cannot be read: ${describe(cause)}`, { cause });
      }
      if (count === 0) throw new Corruption(`the file ended at ${position + done} while it was read`);
      done += count;
    }
    return buffer;
  }
}

function misplaced(bucket: number, hash: number): Corruption {
  return new Corruption(`bucket ${bucket} has the hash 0x${hash.toString(16)} of another bucket`);
}

function describe(error: unknown): string {
  return messageOf(error);
}
