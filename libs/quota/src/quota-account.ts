import { QuotaExceededError } from './errors.ts';
import type { LockedQuotaFile } from './locked-quota-file.ts';
import { QuotaFile } from './quota-file.ts';
import type { QuotaFileOptions } from './quota-file.ts';
import { QuotaWatch } from './quota-watch.ts';
import { filesCharged, type Hold, UploadCharge } from './upload-charge.ts';
import type { UploadStart } from './upload-charge.ts';
import { changeUsage } from './usage.ts';
import type { QuotaLimits, QuotaUsage } from './usage.ts';

/** A number of files (directories count as files) and bytes. */
export interface QuotaAmount {
  readonly files?: number | bigint;
  readonly bytes?: number | bigint;
}

/**
 * The quota of an account as a server keeps it: room is charged to `.ftpquota` before it is used, so that any number of
 * sessions, processes and C servers together stay within the limits, and given back when it is free again.
 *
 * Every method that takes work does it while the quota file is locked: the work (a mkdir, an unlink) and its charge are one
 * step for everybody who respects the lock. Work is synchronous and short. When it throws, nothing is charged.
 *
 * A {@link QuotaFileError} means that the quota cannot be known: the operation has to be refused. (The C server goes on
 * without a quota then.)
 */
export class QuotaAccount {
  readonly limits: QuotaLimits;
  readonly #file: QuotaFile;
  readonly #watch: QuotaWatch;

  /**
   * @param root A descriptor of the account's root (O_PATH will do), which the caller keeps open.
   * @param watch That of all accounts of this process with the root.
   */
  constructor(root: number, limits: QuotaLimits, options: QuotaFileOptions = {}, watch = new QuotaWatch()) {
    this.limits = limits;
    this.#file = new QuotaFile(root, options);
    this.#watch = watch;
  }

  /**
   * Whether somebody else wrote the file since we last did: another process of ours, a C server, or a pure-quotacheck, whose count
   * may have been old when it was written. {@link recount} when the account is quiet sets that right; then
   * {@link acknowledgeOthers}.
   */
  get changedByOthers(): boolean {
    return this.#watch.changedByOthers;
  }

  acknowledgeOthers(): void {
    this.#watch.acknowledgeOthers();
  }

  /** What is used. Makes the file when it is missing. */
  usage(): Promise<QuotaUsage> {
    return this.#locked((locked) => locked.usage);
  }

  /**
   * Charges an amount, does the work, and answers what the work answers. The amount is charged only if all of it fits.
   * @throws {QuotaExceededError} and the work is not done.
   */
  charge<T>(amount: QuotaAmount, work: () => T): Promise<T> {
    const [files, bytes] = numbers(amount);
    return this.#locked((locked) => {
      this.#check(locked.usage, files, bytes);
      const value = work();
      locked.write(changeUsage(locked.usage, files, bytes));
      return value;
    });
  }

  /** Does some work and gives back what it says it freed. Nothing goes below 0. */
  release(work: () => QuotaAmount): Promise<void> {
    return this.#locked((locked) => {
      // First, since a file that is none must stop the work.
      const { usage } = locked;
      const [files, bytes] = numbers(work());
      locked.write(changeUsage(usage, -files, -bytes));
    });
  }

  /**
   * Begins an upload. A new file is charged at once, and so is a temporary one beside what it is to replace.
   * @param work Makes or opens the file.
   * @param holdBy What has a temporary file hold what is charged; undefined where the file is written where it is.
   * @param undo Closes it again, and removes what was made, where that cannot be charged.
   * @throws {QuotaExceededError} when there is no room for another file, or none at all.
   */
  beginUpload<T>(
    start: UploadStart,
    work: () => T,
    holdBy: (made: T) => Hold | undefined = () => undefined,
    undo: (made: T) => void = () => undefined,
  ): Promise<[upload: UploadCharge, value: T]> {
    return this.#locked((locked) => {
      const { usage } = locked;
      this.#check(changeUsage(usage, 0n, -BigInt(start.replaces ?? 0)), start.isNew ? 1n : 0n, 0n);
      const made = work();
      const hold = holdBy(made);
      try {
        locked.write(changeUsage(usage, filesCharged(start, hold), 0n));
      } catch (error) {
        undo(made);
        throw error;
      }
      return [new UploadCharge(start, this.limits, hold, (step) => this.#locked(step)), made];
    });
  }

  #check(usage: QuotaUsage, files: bigint, bytes: bigint): void {
    const { limits } = this;
    const noFile = files > 0n && limits.files !== undefined && usage.files + files > limits.files;
    const noRoom = limits.bytes !== undefined && usage.bytes + bytes > limits.bytes;
    if (noFile || noRoom) throw new QuotaExceededError(usage, limits);
  }

  #locked<T>(work: (locked: LockedQuotaFile) => T): Promise<T> {
    return this.#file.withLock((locked) => {
      this.#watch.found(locked.state);
      try {
        return work(locked);
      } finally {
        this.#watch.left(locked.state);
      }
    });
  }
}

function numbers({ files = 0n, bytes = 0n }: QuotaAmount): [files: bigint, bytes: bigint] {
  return [BigInt(files), BigInt(bytes)];
}
