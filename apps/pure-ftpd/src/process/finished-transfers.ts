import type { TransferRecord } from '@pure-ftpd/altlog';

import type { Log } from '../log/log.ts';
import { TransferLogs, type TransferSink } from '../log/transfer-logs.ts';
import type { Configuration } from '../options/configuration.ts';
import { UploadAnnouncer } from '../uploads/upload-announcer.ts';

type Outlets = Pick<Configuration, 'transferLogs' | 'uploadScript'>;

/** Whether anybody wants to know of transfers that are over. */
export function isToldOfTransfers({ transferLogs, uploadScript }: Outlets): boolean {
  return transferLogs.length > 0 || uploadScript;
}

/** All who are told of transfers that are over: the transfer logs, and the pipe of uploads. */
export class FinishedTransfers implements TransferSink {
  readonly #logs: TransferLogs;
  readonly #uploads: UploadAnnouncer | undefined;

  private constructor(logs: TransferLogs, uploads: UploadAnnouncer | undefined) {
    this.#logs = logs;
    this.#uploads = uploads;
  }

  /** Opens all of it, while that is permitted. What cannot be opened is said in the log. */
  static async open({ transferLogs, uploadScript }: Outlets, log: Log): Promise<FinishedTransfers> {
    const uploads = uploadScript ? UploadAnnouncer.open(log) : undefined;
    return new FinishedTransfers(await TransferLogs.open(transferLogs, log), uploads);
  }

  write(transfer: TransferRecord): void {
    this.#logs.write(transfer);
    this.#uploads?.write(transfer);
  }

  /**
   * When all is written, and read where it can be.
   * @param hurry Raised when nobody wants to wait for readers.
   */
  async close(hurry: AbortSignal): Promise<void> {
    await Promise.all([this.#logs.close(), this.#uploads?.close(hurry)]);
  }
}
