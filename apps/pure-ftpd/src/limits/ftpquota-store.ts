import { QuotaFile, type QuotaUsage } from '@pure-ftpd/quota';
import { changedUsage, type QuotaAmount, type QuotaLimits, type QuotaStore } from '@pure-ftpd/server';

/** Bytes charged ahead: a look at the file for each MiB costs nothing. */
const AHEAD = 1_048_576;

/**
 * Counters in `.ftpquota` files, for file systems that cannot do their work while such a file is locked (files of this machine can, and
 * have `files/quota.ts`). All processes that have the folder share them, and pure-quotacheck reads and writes them.
 * A file that is missing says that nothing is used, as in C.
 */
export class FtpquotaStore implements QuotaStore {
  readonly ahead = AHEAD;
  readonly #folderOf: (account: string) => number;

  /** @param folderOf A descriptor of the folder that an account's file is in, which stays the caller's. */
  constructor(folderOf: (account: string) => number) {
    this.#folderOf = folderOf;
  }

  /** @throws {QuotaFileError} */
  usage(account: string): Promise<QuotaAmount> {
    return this.#file(account).withLock((file) => numbers(file.usage));
  }

  /** @throws {QuotaFileError} */
  change(account: string, change: QuotaAmount, limits: QuotaLimits): Promise<boolean> {
    return this.#file(account).withLock((file) => {
      const usage = changedUsage(numbers(file.usage), change, limits);
      if (usage === undefined) return false;
      file.write({ files: BigInt(usage.files), bytes: BigInt(usage.bytes) });
      return true;
    });
  }

  #file(account: string): QuotaFile {
    return new QuotaFile(this.#folderOf(account));
  }
}

/** Exact up to nine petabytes. */
function numbers({ files, bytes }: QuotaUsage): QuotaAmount {
  return { files: Number(files), bytes: Number(bytes) };
}
