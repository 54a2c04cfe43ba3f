import type { FileSystem } from '../contract/file-system.ts';
import type { Awaitable, FileStats } from '../contract/virtual-file.ts';
import { isSystemError, StorageLimitExceeded } from '../errors.ts';
import { amountOf } from './count-files.ts';
import type { CountedAccount } from './counted-account.ts';
import { negative, NOTHING, type QuotaAmount, type QuotaLimits, sum } from './quota-store.ts';

/** What a session charges to its account, and what it finds in its files. */
export class Ledger {
  readonly account: CountedAccount;
  readonly limits: QuotaLimits;
  readonly #files: FileSystem;
  readonly #report: (error: unknown) => void;

  /** @param report Hears of counters that could not be set right. */
  constructor(
    account: CountedAccount,
    limits: QuotaLimits,
    { files, report }: { readonly files: FileSystem; readonly report: (error: unknown) => void },
  ) {
    this.account = account;
    this.limits = limits;
    this.#files = files;
    this.#report = report;
  }

  /** Charges, and does some work; gives back when it fails. @throws {StorageLimitExceeded} */
  async charge<T>(amount: QuotaAmount, work: () => Awaitable<T>): Promise<T> {
    if (amount.files > 0 && !(await this.account.change(amount, this.limits))) throw new StorageLimitExceeded();
    try {
      return await work();
    } catch (error) {
      await this.settle(negative(amount));
      throw error;
    }
  }

  /** Sets the counter right. What was done stays done, whatever becomes of that. */
  async settle(change: QuotaAmount): Promise<void> {
    if (change.files === 0 && change.bytes === 0) return;
    try {
      await this.account.change(change, {});
    } catch (error) {
      this.#report(error);
    }
  }

  /** Charges for what a path has now instead of what was charged for it. */
  async settleAt(path: string, charged: QuotaAmount): Promise<void> {
    const there = await this.amountAt(path);
    if (there !== undefined) await this.settle(sum(there, negative(charged)));
  }

  /** What is at a path; undefined where that cannot be known: what was charged then stays. */
  async amountAt(path: string): Promise<QuotaAmount | undefined> {
    try {
      return amountOf(await this.find(path));
    } catch (error) {
      this.#report(error);
      return undefined;
    }
  }

  /** What is at a path, if anything. @throws What the file system throws. */
  async find(path: string): Promise<FileStats | undefined> {
    try {
      return await this.#files.lstat(path);
    } catch (error) {
      // What is no directory has nothing below it.
      if (isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
      throw error;
    }
  }

  /** What who removes a path gives back: nothing while it is written, since its writers do. */
  freedAt(path: string, stats: FileStats | undefined): QuotaAmount {
    return this.account.inPlace.has(path) ? NOTHING : amountOf(stats);
  }
}
