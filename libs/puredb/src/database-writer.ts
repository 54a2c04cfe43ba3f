import { renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BufferedFile } from './buffered-file.ts';
import { PureDBError } from './errors.ts';
import { syncFolder } from './sync-folder.ts';
import { hashKey, MAX_FILE_SIZE } from './format.ts';
import { SlotIndex } from './slot-index.ts';

/** Limits of a database that is written. */
export interface PureDBWriterOptions {
  /** Refuse to make a larger file, in bytes. The format allows 2^32 - 1, which is the default. */
  readonly maxSize?: number;
}

/**
 * Writes a database [spec puredb.md §2], to the byte as the C `pure-pw mkdb` does.
 *
 * Records go to a nameless file as they come, since the index that stands before them is known last. The result is put
 * together under a name of its own beside the target, brought to the disk and renamed: a reader sees the old database or
 * the new one, and whatever fails, the old one stays. Whoever makes a writer calls `finish` or `abort`.
 */
export class PureDBWriter {
  readonly path: string;
  readonly #maxSize: number;
  readonly #index = new SlotIndex();
  readonly #temporary: string;
  #records: BufferedFile | undefined;
  #result: BufferedFile | undefined;

  /**
   * Starts a database that will be `path`.
   * @throws {PureDBError} `unwritable` when its folder does not let files be made.
   */
  static create(path: string, options: PureDBWriterOptions = {}): PureDBWriter {
    return new PureDBWriter(path, options);
  }

  private constructor(path: string, options: PureDBWriterOptions) {
    this.path = path;
    this.#maxSize = Math.min(options.maxSize ?? MAX_FILE_SIZE, MAX_FILE_SIZE);
    // Never opened where something has the name already: it has to be free, and nobody's to guess it by. What is made for keys takes
    // a third of the start of Node to load.
    this.#temporary = join(dirname(path), `.puredb-${process.pid}-${Math.random().toString(36).slice(2)}.tmp`);
    this.#guard(() => {
      this.#records = new BufferedFile(`${this.#temporary}.data`);
      // Nameless from here: nothing is left behind, even when the process is killed.
      this.#records.unlink();
      this.#result = new BufferedFile(this.#temporary);
    });
  }

  /** Records added so far. */
  get count(): number {
    return this.#index.count;
  }

  /**
   * Adds a record. Keys may repeat: a look-up finds the first.
   * @throws {PureDBError} `tooLarge` when the file would pass its limit, `unwritable`, `closed`.
   */
  add(key: Uint8Array, value: Uint8Array): void {
    const bytes = Buffer.concat([key, value]);
    this.addFrom(bytes, 0, key.length, key.length, bytes.length);
  }

  /** As `add`, of a key and a value that stand in one buffer, which is not kept. */
  addFrom(bytes: Buffer, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): void {
    const records = this.#records;
    if (records === undefined) throw this.#closed();
    const hash = hashKey(bytes, keyStart, keyEnd);
    const size = 8 + (keyEnd - keyStart) + (valueEnd - valueStart);
    if (this.#index.size + this.#index.growth(hash) + records.length + size > this.#maxSize) {
      this.abort();
      throw new PureDBError('TOO_LARGE', `${this.path}: more than ${this.#maxSize} bytes after ${this.count} users`);
    }
    this.#index.add(hash, records.length);
    this.#guard(() => {
      records.writeUInt32BE(keyEnd - keyStart);
      records.write(bytes, keyStart, keyEnd);
      records.writeUInt32BE(valueEnd - valueStart);
      records.write(bytes, valueStart, valueEnd);
    });
  }

  /**
   * Writes the database, brings it to the disk and puts it in place of `path`.
   * @throws {PureDBError} `unwritable` (the target is as it was), `closed`.
   */
  finish(): void {
    const records = this.#records;
    const result = this.#result;
    if (records === undefined || result === undefined) throw this.#closed();
    this.#guard(() => {
      for (const part of this.#index.encode(Buffer.allocUnsafeSlow(64 * 1024))) result.write(part);
      result.append(records);
      result.sync();
      renameSync(this.#temporary, this.path);
      this.#result = undefined;
      result.close();
      this.#close();
      syncFolder(dirname(this.path));
    });
  }

  /** Gives the database up and removes what was written. Harmless after `finish`. */
  abort(): void {
    const unfinished = this.#result !== undefined;
    this.#close();
    if (unfinished) rmSync(this.#temporary, { force: true });
  }

  [Symbol.dispose](): void {
    this.abort();
  }

  #close(): void {
    this.#records?.close();
    this.#result?.close();
    this.#records = undefined;
    this.#result = undefined;
  }

  #closed(): PureDBError {
    return new PureDBError('CLOSED', `${this.path}: this writer has ended`);
  }

  #guard(write: () => void): void {
    try {
      write();
    } catch (cause) {
      try {
        this.abort();
      } catch {
        // The failure that came first is the one to report.
      }
      const what = cause instanceof Error ? cause.message : String(cause);
      throw new PureDBError('UNWRITABLE', `${this.path}: cannot be written: ${what}`, { cause });
    }
  }
}
