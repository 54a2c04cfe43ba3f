import { QuotaExceededError } from './errors.ts';
import type { LockedQuotaFile } from './locked-quota-file.ts';
import { changeUsage, LARGEST } from './usage.ts';
import type { QuotaLimits, QuotaUsage } from './usage.ts';

/** What an upload does to the account. */
export interface UploadStart {
  /** The name is new: the account has a file more. */
  readonly isNew: boolean;
  /**
   * Bytes of the whole file that this upload will take the place of, 0 when there is none. They count as free for it
   * already, and are given back when it is committed.
   */
  readonly replaces?: number | bigint;
}

/**
 * Makes the temporary file of an upload so long, in bytes. It is made as long as what is charged, whenever that grows, and as long as what was
 * written before it is committed. So the quota file says what is there at every moment, and who removes what a killed process
 * has left gives back all that was charged.
 */
export type Hold = (bytes: bigint) => void;

/** Does a step of work under the lock of the quota file. */
type Locked = <T>(work: (locked: LockedQuotaFile) => T) => Promise<T>;

/** Charged at once, in bytes, while there is plenty of room: a look at the file for each MiB costs nothing. */
const STEP = 1_048_576n;

/**
 * What one upload has charged: always at least what it has written. In the file it is seen by all other sessions, so that
 * together they never pass the limit. Where a temporary file holds it, it is seen in that, too; else no more is charged than is
 * about to be written. Exactly one of {@link commit}, {@link keep} and {@link abandon} ends it.
 */
export class UploadCharge {
  readonly #start: UploadStart;
  readonly #limits: QuotaLimits;
  readonly #locked: Locked;
  #charged = 0n;
  #taken = 0n;
  #replaces: bigint;
  readonly #hold: Hold | undefined;
  #ended = false;

  /** Made by `QuotaAccount.beginUpload`. */
  constructor(start: UploadStart, limits: QuotaLimits, hold: Hold | undefined, locked: Locked) {
    this.#start = start;
    this.#replaces = BigInt(start.replaces ?? 0);
    this.#limits = limits;
    this.#hold = hold;
    this.#locked = locked;
  }

  /** Bytes that were taken. */
  get bytes(): bigint {
    return this.#taken;
  }

  /**
   * Takes bytes that have been charged already.
   * @returns false when there are not so many: {@link take} charges more.
   */
  tryTake(bytes: number): boolean {
    const taken = this.#taken + BigInt(bytes);
    if (this.#ended || taken > this.#charged) return false;
    this.#taken = taken;
    return true;
  }

  /**
   * Takes bytes, before they are written.
   * @throws {QuotaExceededError} when they do not fit; what was taken before stays taken.
   * @throws {QuotaFileError}
   */
  async take(bytes: number): Promise<void> {
    while (!this.tryTake(bytes)) {
      this.#checkOpen();
      await this.#charge(this.#taken + BigInt(bytes) - this.#charged);
    }
  }

  /**
   * The upload is complete: puts it in its place, and gives back what was not written and what it replaced.
   *
   * @param findReplaced Bytes of the whole file that has its name now; undefined when there is none. When a new file turns
   *   out to replace another one, the account has no file more.
   * @param work Puts it in its place; under the same lock.
   * @throws {QuotaExceededError} when it does not fit after all, because what it was to replace has become smaller, or is gone. The work
   *   has not been done, and the upload is still to be abandoned; as when the work throws.
   */
  commit<T>(findReplaced: () => number | bigint | undefined, work: () => T): Promise<T> {
    return this.#end((locked) => {
      const replaced = findReplaced();
      const files = 1n - this.#files - (replaced === undefined ? 0n : 1n);
      const isMore = replaced === undefined && !this.#start.isNew;
      const usage = changeUsage(locked.usage, files, -this.#unwritten - BigInt(replaced ?? 0));
      const { files: maxFiles = LARGEST, bytes: maxBytes = LARGEST } = this.#limits;
      if (usage.bytes > maxBytes || (isMore && usage.files > maxFiles))
        throw new QuotaExceededError(usage, this.#limits);
      if (this.#unwritten > 0n) this.#hold?.(this.#taken);
      const value = work();
      locked.write(usage);
      return value;
    });
  }

  /** Gives back at once what the upload has cut off of what it replaces, in bytes. */
  cutOff(): Promise<void> {
    this.#checkOpen();
    return this.#locked((locked) => {
      locked.write(changeUsage(locked.usage, 0n, -this.#replaces));
      this.#replaces = 0n;
    });
  }

  /**
   * What was written stays where it is, complete or not: gives back what was not written.
   * @param written Bytes of it that are there: a disk that is full has taken fewer than it was given.
   */
  keep(written: number | bigint = this.#taken): Promise<void> {
    const there = BigInt(written) < this.#taken ? BigInt(written) : this.#taken;
    return this.#end((locked) => locked.write(changeUsage(locked.usage, 0n, there - this.#charged)));
  }

  /**
   * Nothing of the upload stays: gives back all of it.
   *
   * @param work Removes it. It is done even when the quota file cannot be used; what was charged then stays charged until
   *   the next count.
   * @throws {QuotaFileError}
   */
  async abandon(work: () => void): Promise<void> {
    let done = false;
    const remove = (): void => {
      done = true;
      work();
    };
    try {
      await this.#end((locked) => {
        const usage = changeUsage(locked.usage, -this.#files, -this.#charged);
        remove();
        locked.write(usage);
      });
    } catch (error) {
      if (!done) remove();
      throw error;
    }
  }

  /** Files that are charged: a new one, or a temporary one beside what it is to replace. */
  get #files(): bigint {
    return filesCharged(this.#start, this.#hold);
  }

  get #unwritten(): bigint {
    return this.#charged - this.#taken;
  }

  async #charge(needed: bigint): Promise<void> {
    await this.#locked((locked) => {
      const { usage } = locked;
      const room = this.#room(usage);
      if (needed > room) throw new QuotaExceededError(usage, this.#limits);
      // The nearer the limit, the less is taken from the others ahead of time.
      const quarter = (room - needed) / 4n;
      const ahead = quarter < STEP ? quarter : STEP;
      const amount = this.#hold === undefined ? needed : needed + ahead;
      locked.write(changeUsage(usage, 0n, amount));
      this.#charged += amount;
      this.#hold?.(this.#charged);
    });
  }

  /** What this upload may still charge. */
  #room(usage: QuotaUsage): bigint {
    const { bytes: limit } = this.#limits;
    if (limit === undefined) return LARGEST - usage.bytes;
    return limit + this.#replaces - usage.bytes;
  }

  async #end<T>(work: (locked: LockedQuotaFile) => T): Promise<T> {
    this.#checkOpen();
    return this.#locked((locked) => {
      const value = work(locked);
      this.#ended = true;
      return value;
    });
  }

  #checkOpen(): void {
    if (this.#ended) throw new TypeError('the upload has ended');
  }
}

/** Files that an upload is charged when it begins. */
export function filesCharged({ isNew }: UploadStart, hold: Hold | undefined): bigint {
  return isNew || hold !== undefined ? 1n : 0n;
}
