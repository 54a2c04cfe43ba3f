import { systemErrorText } from '@pure-ftpd/cli';
import { decodeName, encodeName, printableName } from '@pure-ftpd/protocol';
import { UploadPipeError, UploadRecordError, UploadWriter, type UploadWriterOptions } from '@pure-ftpd/uploads';

import type { Backlog, ServerEvent, Sink } from '../events/event.ts';
import type { Log } from '../log/log.ts';
import { isWorthALine } from '../log/worth-a-line.ts';

/** Where the pipe is, and whose; that of the system unless told. */
type PipePlace = Omit<UploadWriterOptions, 'onLost'>;

/** How long a server that ends waits until the pipe has taken what it was given, in milliseconds. */
const CLOSING_MS = 5000;

/** How long it then waits for a reader, in milliseconds. */
const READER_MS = 60_000;

/**
 * Announces uploads in the pipe that pure-uploadscript reads (`-o`): each that has ended, complete or not, with its account and
 * where the file is [quota-upload-auth-cert §2.2]. Nobody waits for it.
 */
export class UploadAnnouncer implements Sink {
  readonly name = 'uploads';
  readonly #writer: UploadWriter;
  readonly #log: Pick<Log, 'write'>;
  #lost = 0;

  private constructor(log: Pick<Log, 'write'>, options: PipePlace) {
    this.#log = log;
    this.#writer = UploadWriter.open({ ...options, onLost: ({ path }) => this.#lose(path, 'the pipe is full') });
  }

  /**
   * Opens the pipe, while that is permitted; no reader is waited for.
   * @returns undefined when it cannot be used: the log says why, and uploads are not announced.
   */
  static open(log: Pick<Log, 'write'>, options: PipePlace = {}): UploadAnnouncer | undefined {
    try {
      return new UploadAnnouncer(log, options);
    } catch (error) {
      if (!(error instanceof UploadPipeError)) throw error;
      const reason = error.cause === undefined ? '' : `: ${systemErrorText(error.cause)}`;
      log.write('ERROR', `uploads are not announced (-o): ${error.message}${reason}`);
      return undefined;
    }
  }

  get backlog(): Backlog {
    return { waiting: this.#writer.waiting, lost: this.#lost };
  }

  hear(event: ServerEvent): void {
    if (event.type !== 'transferred' || event.direction !== 'upload' || event.who === undefined) return;
    const upload = { login: encodeName(event.who.account), path: encodeName(event.path) };
    try {
      this.#writer.announce(upload);
    } catch (error) {
      if (!(error instanceof UploadRecordError)) throw error;
      this.#lose(upload.path, error.message);
    }
  }

  /**
   * Gives the pipe some time to take what waits, and its reader some to take what is in the pipe: both may be restarted at the same
   * time, and what is in a pipe that nobody has open is lost.
   * @param hurry Raised when nobody wants to wait for the reader.
   */
  async close(hurry: AbortSignal): Promise<void> {
    await this.#writer.drained(CLOSING_MS);
    await this.#writer.taken(AbortSignal.any([hurry, AbortSignal.timeout(READER_MS)]));
    this.#writer.close();
  }

  #lose(path: Buffer, reason: string): void {
    this.#lost += 1;
    if (!isWorthALine(this.#lost - 1, this.#lost)) return;
    const count = this.#lost === 1 ? '' : ` (${this.#lost} so far)`;
    this.#log.write('WARNING', `an upload is not announced${count}: ${printableName(decodeName(path))}: ${reason}`);
  }
}
