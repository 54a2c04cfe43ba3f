// What others write into the quota file of an account while it is used may be an old count: the C pure-quotacheck counts first,
// and writes later. When the last session of the account ends, such a file is counted again. Several workers may serve the account: each
// has a shared lock on its root, and who counts has it alone, since a count beside uploads would be old as well.
import { closeSync, fstatSync, openSync } from 'node:fs';

import { isDirectoryLockAvailable, O_DIRECTORY, O_RDONLY, tryLockDirectory } from '@pure-ftpd/posix';
import { QuotaFileError, QuotaWatch, recount } from '@pure-ftpd/quota';
import { LongWork } from '@pure-ftpd/server';
import { isSystemError } from '@pure-ftpd/server/internal';

import type { QuotaFileReport } from './quota-errors.ts';

/** For how long all sessions of the process may stand still for it, in milliseconds. */
const LONGEST_LOCKED_MS = 5;

interface Used {
  readonly watch: QuotaWatch;
  /** The root with the lock of this process; undefined where there can be none, and nobody counts. */
  readonly locked: number | undefined;
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
    this.#used = used.get(this.#key) ?? use(root);
    this.#used.sessions += 1;
    used.set(this.#key, this.#used);
  }

  get watch(): QuotaWatch {
    return this.#used.watch;
  }

  /** @param report Hears of a file that cannot be used. */
  async end(report: QuotaFileReport): Promise<void> {
    const { locked, watch } = this.#used;
    this.#used.sessions -= 1;
    if (this.#used.sessions > 0) return;
    used.delete(this.#key);
    if (locked === undefined) return;
    try {
      // Where others serve the account still, the last of them counts: what we wrote is somebody else's to them.
      if (!watch.changedByOthers || !tryLockDirectory(locked, 'exclusive')) return;
      // For the account, whoever has left.
      const work = new LongWork({ isAbandoned: false });
      const pause = async (): Promise<void> => (work.isDue ? work.turn() : undefined);
      await recount(this.#root, { longestLockedMs: LONGEST_LOCKED_MS, pause });
    } catch (error) {
      if (error instanceof QuotaFileError) report(error);
      // What cannot be counted stays as it is.
      else if (!isSystemError(error)) throw error;
    } finally {
      closeSync(locked);
    }
  }
}

/** Begins to use a root in this process. */
function use(root: number): Used {
  const watch = new QuotaWatch();
  const locked = openRoot(root);
  // Somebody counts just now, who may meet what we are about to change.
  if (locked !== undefined && !tryLockDirectory(locked, 'shared')) watch.suspect();
  return { watch, locked, sessions: 0 };
}

/** The root, open to be locked; undefined when it cannot be opened: then it could not be counted either. */
function openRoot(root: number): number | undefined {
  if (!isDirectoryLockAvailable()) return undefined;
  try {
    return openSync(`/proc/self/fd/${root}`, O_RDONLY | O_DIRECTORY);
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}
