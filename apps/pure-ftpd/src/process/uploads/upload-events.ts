import { type Configuration, ExitStatus, StartError } from '@pure-ftpd/options';
import { errorText } from '@pure-ftpd/server/internal';
import { JournalError, JournalWriter, type StoredUpload } from '@pure-ftpd/uploads/journal';

import type { Log } from '../../log/log.ts';
import { Webhooks } from './webhooks.ts';
import { isWorthALine } from '../../log/worth-a-line.ts';

type Settings = Pick<
  Configuration,
  'uploadJournal' | 'uploadJournalSize' | 'uploadJournalFull' | 'webhooks' | 'webhookSecretFile'
>;

const MEBIBYTE = 1_048_576;

/** The journal of finished uploads (`--upload-journal`), and who is told of them by post. */
export class UploadEvents {
  readonly #log: Pick<Log, 'write'>;
  readonly #journal: JournalWriter;
  readonly #webhooks: Webhooks | undefined;
  #full: (isFull: boolean) => void = () => undefined;
  #dropped = 0;

  private constructor(folder: string, settings: Settings, log: Pick<Log, 'write'>) {
    this.#log = log;
    this.#journal = JournalWriter.open(folder, {
      size: settings.uploadJournalSize * MEBIBYTE,
      whenFull: settings.uploadJournalFull,
      onFull: (isFull) => this.#tellFull(isFull),
      onDropped: (count) => this.#tellDropped(count),
      onWritten: () => this.#webhooks?.wake(),
    });
    this.#webhooks = Webhooks.open(settings, this.#journal.files, log);
  }

  /**
   * Opens the journal, while that is permitted.
   * @returns undefined where none is wanted.
   * @throws StartError when it cannot be used.
   */
  static open(settings: Settings, log: Pick<Log, 'write'>): UploadEvents | undefined {
    const { uploadJournal: folder, webhooks } = settings;
    if (folder === undefined) {
      if (webhooks.length > 0) throw new StartError('--webhook needs --upload-journal');
      return undefined;
    }
    try {
      return new UploadEvents(folder, settings, log);
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
      const reason = error.cause === undefined ? '' : `: ${errorText(error.cause)}`;
      throw new StartError(`--upload-journal: ${error.message}${reason}`, ExitStatus.failed, { cause: error });
    }
  }

  /** Whether no upload should begin. */
  get isFull(): boolean {
    return this.#journal.isFull;
  }

  /** How many the slowest reader has not done with. */
  get unread(): number {
    return this.#journal.unread;
  }

  /** How many are gone that nobody has read. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Has somebody hear that no upload should begin, or that they may again. */
  onFull(full: (isFull: boolean) => void): void {
    this.#full = full;
  }

  /** Comes back when an upload is on the disk. @throws when it cannot be. */
  record(upload: StoredUpload): Promise<void> {
    return this.#journal.append(upload);
  }

  /**
   * Posts what is in the journal, from now on; the process has given up what rights it gives up.
   * @param crashed Hears that the process has ended which posts.
   */
  startWebhooks(crashed: () => void): void {
    this.#webhooks?.start(crashed);
  }

  async close(): Promise<void> {
    await this.#webhooks?.close();
    await this.#journal.close();
  }

  #tellFull(isFull: boolean): void {
    if (isFull) this.#log.write('ERROR', 'the journal of uploads is full: uploads are refused until it is read');
    else this.#log.write('NOTICE', 'there is room in the journal of uploads again');
    this.#full(isFull);
  }

  #tellDropped(count: number): void {
    const before = this.#dropped;
    this.#dropped += count;
    if (isWorthALine(before, this.#dropped))
      this.#log.write('WARNING', `uploads are gone from the journal, unread: ${this.#dropped} so far`);
  }
}
