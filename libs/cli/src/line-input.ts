import { readSync } from 'node:fs';

/** A source of lines that a person or a script answers prompts with. */
export interface LineInput {
  /** The next line without its end, or undefined at the end of input. */
  readLine(): Promise<Buffer | undefined>;
  close(): void;
}

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

/** Takes lines from bytes as fgets() with a buffer of fixed size does: the rest of a longer line is the next one. */
export class LineBuffer {
  readonly #limit: number;
  #bytes: Buffer = Buffer.alloc(0);

  /** @param limit bytes of a line, its line feed included. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  push(bytes: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
  }

  /** A line, cut at its first CR, LF or NUL; undefined when none is complete. At the end what is left counts as one. */
  take(atEnd: boolean): Buffer | undefined {
    const feed = this.#bytes.subarray(0, this.#limit).indexOf(LINE_FEED);
    let end = feed + 1;
    if (feed === -1) {
      if (this.#bytes.length < this.#limit && !(atEnd && this.#bytes.length > 0)) {
        return undefined;
      }
      end = Math.min(this.#bytes.length, this.#limit);
    }
    const line = Buffer.from(this.#bytes.subarray(0, end));
    const rest = Buffer.from(this.#bytes.subarray(end));
    this.#bytes.fill(0);
    this.#bytes = rest;
    const cut = line.findIndex((byte) => byte === CARRIAGE_RETURN || byte === LINE_FEED || byte === 0);
    return cut === -1 ? line : line.subarray(0, cut);
  }

  /** Forgets what was not taken: it may be a password. */
  clear(): void {
    this.#bytes.fill(0);
    this.#bytes = Buffer.alloc(0);
  }
}

/** Lines of a descriptor that is no terminal: a pipe, a file. Blocks while it waits, as there is nothing else to do. */
export class DescriptorLines implements LineInput {
  readonly #fd: number;
  readonly #lines: LineBuffer;
  #ended = false;

  constructor(fd: number, limit: number) {
    this.#fd = fd;
    this.#lines = new LineBuffer(limit);
  }

  async readLine(): Promise<Buffer | undefined> {
    for (;;) {
      const line = this.#lines.take(this.#ended);
      if (line !== undefined || this.#ended) {
        return line;
      }
      await this.#read();
    }
  }

  close(): void {
    this.#lines.clear();
  }

  async #read(): Promise<void> {
    const chunk = Buffer.alloc(4096);
    try {
      const count = readSync(this.#fd, chunk);
      this.#ended = count === 0;
      this.#lines.push(chunk.subarray(0, count));
    } catch (error) {
      // A descriptor that another program made non-blocking has nothing yet.
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) {
        throw error;
      }
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    } finally {
      chunk.fill(0);
    }
  }
}
