import { writeAll } from './output.ts';
import { isTerminal } from './terminal.ts';

// Work that is done sooner needs no progress.
const QUIET_MILLISECONDS = 1000;
const ERASE_LINE = '\r\u001B[K';

/** Shows on standard error, if that is a terminal, how far a long piece of work is. */
export class Progress {
  readonly #label: string;
  readonly #visible = isTerminal(2);
  readonly #start = performance.now();
  #shown = -1;

  constructor(label: string) {
    this.#label = label;
  }

  update(done: number, total: number): void {
    if (!this.#visible || total === 0 || performance.now() - this.#start < QUIET_MILLISECONDS) {
      return;
    }
    const percent = Math.min(100, Math.floor((done / total) * 100));
    if (percent !== this.#shown) {
      this.#shown = percent;
      writeAll(2, Buffer.from(`\r${this.#label}: ${percent}%`));
    }
  }

  /** Leaves the line as it was. */
  clear(): void {
    if (this.#shown >= 0) {
      this.#shown = -1;
      writeAll(2, Buffer.from(ERASE_LINE));
    }
  }
}
