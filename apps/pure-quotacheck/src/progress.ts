import { writeAll } from '@pure-ftpd/cli';

/** Often enough to see it move, in milliseconds. */
const EVERY = 100;

/** A line on the terminal that says how far a count is; nothing where there is no terminal. */
export class Progress {
  readonly #descriptor: number | undefined;
  #next = performance.now() + EVERY;
  #shown = false;

  /** @param descriptor Of a terminal. */
  constructor(descriptor: number | undefined) {
    this.#descriptor = descriptor;
  }

  show(files: number): void {
    if (this.#descriptor === undefined || performance.now() < this.#next) return;
    this.#next = performance.now() + EVERY;
    this.#shown = true;
    writeAll(this.#descriptor, Buffer.from(`\r${files.toLocaleString('en-US')} files`));
  }

  /** Takes the line away. */
  end(): void {
    if (this.#descriptor !== undefined && this.#shown) writeAll(this.#descriptor, Buffer.from('\r\u001B[K'));
    this.#shown = false;
  }
}
