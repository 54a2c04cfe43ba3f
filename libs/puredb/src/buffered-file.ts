import { closeSync, constants, fchmodSync, fsyncSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR } = constants;

const BUFFER_SIZE = 256 * 1024;

/** A new file, written front to back through one buffer. Its owner calls `close`, whatever happens. */
export class BufferedFile {
  readonly path: string;
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER_SIZE);
  #fd: number | undefined;
  #used = 0;
  #length = 0;

  /** Creates the file, which must not exist, with mode 0600 whatever the umask is. */
  constructor(path: string) {
    this.path = path;
    const fd = openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    this.#fd = fd;
    try {
      fchmodSync(fd, 0o600);
    } catch (error) {
      this.close();
      this.unlink();
      throw error;
    }
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  writeUInt32BE(value: number): void {
    if (this.#used + 4 > BUFFER_SIZE) this.flush();
    this.#used = this.#buffer.writeUInt32BE(value, this.#used);
    this.#length += 4;
  }

  /** Writes `bytes[start..end)`. */
  write(bytes: Buffer, start = 0, end = bytes.length): void {
    const length = end - start;
    this.#length += length;
    if (this.#used + length > BUFFER_SIZE) {
      this.flush();
      if (length > BUFFER_SIZE) {
        writeAll(this.#open(), bytes, start, end);
        return;
      }
    }
    bytes.copy(this.#buffer, this.#used, start, end);
    this.#used += length;
  }

  /** Appends the whole content of `source`. */
  append(source: BufferedFile): void {
    source.flush();
    this.flush();
    for (let position = 0; position < source.#length;) {
      const count = readSync(source.#open(), this.#buffer, 0, BUFFER_SIZE, position);
      if (count === 0) throw new Error(`${source.path} was cut to ${position} bytes while it was read`);
      writeAll(this.#open(), this.#buffer, 0, count);
      position += count;
    }
    this.#length += source.#length;
  }

  flush(): void {
    writeAll(this.#open(), this.#buffer, 0, this.#used);
    this.#used = 0;
  }

  /** Writes out what is buffered, down to the disk. */
  sync(): void {
    this.flush();
    fsyncSync(this.#open());
  }

  /** Removes the name; the content stays readable until `close`. */
  unlink(): void {
    unlinkSync(this.path);
  }

  /** Closes without writing out what is buffered. Harmless when done before. */
  close(): void {
    const fd = this.#fd;
    this.#fd = undefined;
    if (fd !== undefined) closeSync(fd);
  }

  #open(): number {
    if (this.#fd === undefined) throw new Error(`${this.path} is closed`);
    return this.#fd;
  }
}

function writeAll(fd: number, bytes: Uint8Array, start: number, end: number): void {
  for (let at = start; at < end;) at += writeSync(fd, bytes, at, end - at);
}
