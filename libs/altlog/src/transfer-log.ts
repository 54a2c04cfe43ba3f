import { AppendedFile, NotReopened } from './appended-file.ts';
import { headerLines, transferLine } from './line-formats.ts';
import type { TransferLogSpecification } from './specification.ts';
import type { TransferRecord } from './transfer-record.ts';

/** Bytes of lines that may wait for a disk or a pipe; those beyond are lost, and counted. */
const WAITING_LIMIT = 1024 * 1024;

/** What went wrong with a log, or that it is over. */
export interface TransferLogProblem {
  readonly path: string;
  /** Of the operating system; undefined when the log can be written again. */
  readonly error: unknown;
  /** Lines that were lost since this was told last. */
  readonly lost: number;
}

export interface TransferLogOptions {
  /** Program and version, for the header of w3c. */
  readonly software: string;
  /** Told once when something begins to fail, and when it is over: not for every line. */
  readonly onProblem: (problem: TransferLogProblem) => void;
}

/**
 * A transfer log: a line for each transfer, in a file that other servers may write, too, and that may be rotated.
 * Nobody waits for it: lines are written in their order as fast as the disk takes them, and a log that cannot be
 * written loses lines and nothing else.
 */
export class TransferLog {
  readonly specification: TransferLogSpecification;
  readonly #options: TransferLogOptions;
  readonly #file: AppendedFile;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> | undefined;
  /** What was told last. */
  #told: string | undefined;
  #lost = 0;
  #closed = false;

  constructor(specification: TransferLogSpecification, options: TransferLogOptions) {
    this.specification = specification;
    this.#options = options;
    this.#file = new AppendedFile(specification.path, () =>
      headerLines(specification.format, options.software, Date.now()),
    );
  }

  /**
   * Makes the file, or opens it, while that is permitted. What fails is told, and tried again with every line.
   * Never rejects.
   */
  async open(): Promise<void> {
    try {
      await this.#file.open();
    } catch (error) {
      this.#tell(error);
    }
  }

  /** Appends the line of a transfer, soon. */
  write(transfer: TransferRecord): void {
    if (this.#closed) return;
    const line = transferLine(this.specification.format, transfer);
    if (line === undefined) return;
    if (this.#waitingBytes + line.length > WAITING_LIMIT) {
      this.#lost += 1;
      return;
    }
    this.#waiting.push(line);
    this.#waitingBytes += line.length;
    this.#writing ??= this.#writeWaiting();
  }

  /** Ends the log when all of its lines are written. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#writing;
    try {
      await this.#file.close();
    } catch (error) {
      this.#tell(error);
    }
  }

  async #writeWaiting(): Promise<void> {
    while (this.#waiting.length > 0) {
      const lines = this.#waiting;
      this.#waiting = [];
      for (const line of lines) {
        await this.#writeOne(line);
        this.#waitingBytes -= line.length;
      }
    }
    this.#writing = undefined;
  }

  async #writeOne(line: Buffer): Promise<void> {
    try {
      await this.#file.append(line);
      this.#recovered();
    } catch (error) {
      if (error instanceof NotReopened) this.#tell(error.cause);
      else {
        this.#lost += 1;
        this.#tell(error);
      }
    }
  }

  #tell(error: unknown): void {
    const text = String(error);
    if (text === this.#told) return;
    this.#told = text;
    this.#say(error);
  }

  #recovered(): void {
    if (this.#told === undefined && this.#lost === 0) return;
    this.#told = undefined;
    this.#say(undefined);
  }

  #say(error: unknown): void {
    const lost = this.#lost;
    this.#lost = 0;
    this.#options.onProblem({ path: this.specification.path, error, lost });
  }
}
