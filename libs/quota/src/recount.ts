import { setImmediate } from 'node:timers/promises';

import { isSystemCode } from '@pure-ftpd/posix';

import { QuotaFileError } from './errors.ts';
import type { LockedQuotaFile } from './locked-quota-file.ts';
import { QuotaFile } from './quota-file.ts';
import type { QuotaFileOptions } from './quota-file.ts';
import { countTree } from './tree-count.ts';
import type { CountOptions } from './tree-count.ts';
import { changeUsage } from './usage.ts';
import type { QuotaUsage } from './usage.ts';

/** Details of a recount. */
export interface RecountOptions extends CountOptions, QuotaFileOptions {
  /** Told the number of files so far, now and then. */
  readonly onProgress?: (files: number) => void;
  /** Called when the tree has been counted, before the file is made or written. */
  readonly beforeWriting?: () => void;
  /** For how long the process may stand still for a count under the lock, in milliseconds; 2000 by default. */
  readonly longestLockedMs?: number;
  /** Ends the recount, between two slices of work. */
  readonly signal?: AbortSignal;
  /** Lets others have their turn, if it is time: asked after some hundred entries; every time unless told. */
  readonly pause?: () => Promise<void>;
}

/** What a recount did. */
export interface Recount {
  /** What the file said before; undefined when it was missing or no quota file. */
  readonly recorded: QuotaUsage | undefined;
  /** What it says now. */
  readonly usage: QuotaUsage;
  /**
   * How sure that is. `counted`: nobody wrote the file from before the count until now. `estimated`: servers kept writing,
   * and it was corrected by what their changes do not explain.
   */
  readonly certainty: 'counted' | 'estimated';
}

/** Times that the tree is counted in the hope that nobody writes meanwhile. */
const QUIET_ATTEMPTS = 3;
/** For how long servers are kept waiting for a count under the lock, in milliseconds: they give up after ten seconds. */
const LONGEST_LOCKED_MS = 2000;

/** The file before a count. */
interface Before {
  readonly recorded: QuotaUsage | undefined;
  /** Undefined when there is no file. */
  readonly state: string | undefined;
}

/**
 * Counts a tree into its quota file, beside servers that use it. A count is written when nobody wrote the file while it was
 * made. When somebody did, the tree is counted again, and in the end, if that takes less than two seconds, while the file
 * is locked. What is too big for that, and too busy, is corrected by what the changes meanwhile do not explain.
 *
 * What a C server charges at the end of an upload under way is counted twice: it is in the tree by then.
 *
 * @param root A descriptor of the account's root, which stays open and the caller's.
 * @throws {QuotaFileError} when the file cannot be opened, locked or written.
 * @throws {SystemError} as {@link countTree}.
 */
export async function recount(root: number, options: RecountOptions = {}): Promise<Recount> {
  const file = new QuotaFile(root, options);
  let before = await look(root, options);
  const first = before.recorded;
  for (let attempt = 1; ; attempt++) {
    const isLast = attempt >= QUIET_ATTEMPTS;
    const started = performance.now();
    const counted = await countUnlessMoved(root, options, isLast);
    const took = performance.now() - started;
    options.beforeWriting?.();
    const outcome = await file.withLock((locked): Omit<Recount, 'recorded'> | Before => {
      if (counted !== undefined && isUnchanged(before, locked)) return written(locked, counted, 'counted');
      if (counted === undefined || !isLast) return stateOf(locked);
      if (took < (options.longestLockedMs ?? LONGEST_LOCKED_MS))
        return written(locked, countAtOnce(root, options), 'counted');
      return written(locked, corrected(counted, before.recorded, locked.recorded), 'estimated');
    });
    if ('usage' in outcome) return { recorded: first, ...outcome };
    before = outcome;
  }
}

async function look(root: number, options: RecountOptions): Promise<Before> {
  try {
    return await new QuotaFile(root, { ...options, create: false }).withLock(stateOf);
  } catch (error) {
    // Missing, or behind permissions that the count may repair: if it cannot be opened then, it is told then.
    if (error instanceof QuotaFileError && error.code === 'UNREADABLE')
      return { recorded: undefined, state: undefined };
    throw error;
  }
}

function stateOf(locked: LockedQuotaFile): Before {
  return { recorded: locked.recorded, state: locked.state };
}

/** A file that was missing and is empty has been made, by us or a server, and nothing has been charged to it. */
function isUnchanged(before: Before, locked: LockedQuotaFile): boolean {
  return before.state === undefined ? locked.isEmpty : before.state === locked.state;
}

function written(
  locked: LockedQuotaFile,
  usage: QuotaUsage,
  certainty: Recount['certainty'],
): Omit<Recount, 'recorded'> {
  locked.write(usage);
  return { usage, certainty };
}

/** Undefined when directories were moved about under the count, and it is to be made again. */
async function countUnlessMoved(
  root: number,
  options: RecountOptions,
  isLast: boolean,
): Promise<QuotaUsage | undefined> {
  // Also for a small tree: who counts again and again must not keep everything else from happening.
  const pause = options.pause ?? setImmediate;
  await pause();
  const count = countTree(root, options);
  try {
    for (let step = count.next(); ; step = count.next()) {
      if (step.done === true) return step.value;
      options.onProgress?.(step.value);
      await pause();
      options.signal?.throwIfAborted();
    }
  } catch (error) {
    if (isLast || !isSystemCode(error, 'ESTALE')) throw error;
    return undefined;
  } finally {
    count.return({ files: 0n, bytes: 0n });
  }
}

function countAtOnce(root: number, options: RecountOptions): QuotaUsage {
  const count = countTree(root, options);
  for (let step = count.next(); ; step = count.next()) if (step.done === true) return step.value;
}

/**
 * What the file should say when it went from `before` to `now` while the tree was counted: the tree was as the count says
 * at no one moment, but as far as servers are right, between the two. What is outside of that is an error of the file.
 */
function corrected(counted: QuotaUsage, before: QuotaUsage | undefined, now: QuotaUsage | undefined): QuotaUsage {
  if (before === undefined || now === undefined) return counted;
  return changeUsage(
    now,
    beyond(counted.files, before.files, now.files),
    beyond(counted.bytes, before.bytes, now.bytes),
  );
}

/** How far a value is from the range that two others span: 0 inside. */
function beyond(value: bigint, one: bigint, other: bigint): bigint {
  const [low, high] = one < other ? [one, other] : [other, one];
  if (value < low) return value - low;
  return value > high ? value - high : 0n;
}
