// What others write into the quota file of an account while it is used may be an old count: the C pure-quotacheck counts first,
// and writes later. When the last session of the account ends, such a file is counted again.
import { fstatSync } from 'node:fs';

import { QuotaFileError, QuotaWatch, recount } from '@pure-ftpd/quota';
import { isSystemError } from '@pure-ftpd/server';

import type { QuotaFileReport } from './quota-errors.ts';

/** For how long all sessions of the process may stand still for it, in milliseconds. */
const LONGEST_LOCKED_MS = 20;

interface Used {
  readonly watch: QuotaWatch;
  sessions: number;
}

/** The roots in use by this process. */
const used = new Map<string, Used>();

/** The part that one session has in the quota file of a root. {@link end} is called once. */
export class QuotaUse {
  readonly #root: number;
  readonly #key: string;
  readonly #used: Used;

  /** @param root A descriptor of the root, open until the use has ended. */
  constructor(root: number) {
    const { dev, ino } = fstatSync(root, { bigint: true });
    this.#root = root;
    this.#key = `${dev}:${ino}`;
    this.#used = used.get(this.#key) ?? { watch: new QuotaWatch(), sessions: 0 };
    this.#used.sessions += 1;
    used.set(this.#key, this.#used);
  }

  get watch(): QuotaWatch {
    return this.#used.watch;
  }

  /** @param report Hears of a file that cannot be used. */
  async end(report: QuotaFileReport): Promise<void> {
    this.#used.sessions -= 1;
    if (this.#used.sessions > 0) return;
    used.delete(this.#key);
    if (!this.watch.changedByOthers) return;
    try {
      await recount(this.#root, { longestLockedMs: LONGEST_LOCKED_MS });
    } catch (error) {
      if (error instanceof QuotaFileError) report(error);
      // What cannot be counted stays as it is.
      else if (!isSystemError(error)) throw error;
    }
  }
}
