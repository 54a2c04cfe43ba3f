import type { Awaitable } from '../contract/virtual-file.ts';

/** Something that is counted, or a change of it. */
export interface QuotaAmount {
  /** Files, directories and links. */
  readonly files: number;
  readonly bytes: number;
}

/** What may be stored; what is left out has no limit, 0 is nothing. */
export interface QuotaLimits {
  readonly files?: number | undefined;
  readonly bytes?: number | undefined;
}

export const NOTHING: QuotaAmount = { files: 0, bytes: 0 };
/** An empty file, or a directory. */
export const ONE_FILE: QuotaAmount = { files: 1, bytes: 0 };

/**
 * Where the counters of accounts are: in this process, in a file, or in an engine that several machines ask. Each call is one step for
 * everybody who asks the store. What it throws refuses the operation, and the developer hears of it; it has to answer some time.
 */
export interface QuotaStore {
  /**
   * Bytes worth charging ahead of those that arrive, where a call takes long; none unless told. They are given back at the end of an upload,
   * and until then others lack them.
   */
  readonly ahead?: number;
  /**
   * What an account has stored.
   * @param count Counts it, where the store does not know; called once at a time.
   */
  usage(account: string, count: () => Promise<QuotaAmount>): Awaitable<QuotaAmount>;
  /**
   * Changes what an account has stored, as {@link changedUsage} does; {@link usage} has been asked before.
   * @param change What is added; what is negative is given back.
   * @returns False, and nothing is changed, where the limits do not allow it.
   */
  change(account: string, change: QuotaAmount, limits: QuotaLimits): Awaitable<boolean>;
}

/**
 * What is used after a change; nothing goes below 0. More files need a limit that allows for them, and any change needs what is stored
 * then to be within the limit of bytes.
 * @returns Undefined where the limits do not allow it.
 */
export function changedUsage(usage: QuotaAmount, change: QuotaAmount, limits: QuotaLimits): QuotaAmount | undefined {
  const files = Math.max(usage.files + change.files, 0);
  const bytes = Math.max(usage.bytes + change.bytes, 0);
  const { files: maxFiles = Infinity, bytes: maxBytes = Infinity } = limits;
  if ((change.files > 0 && files > maxFiles) || bytes > maxBytes) return undefined;
  return { files, bytes };
}

export function sum(one: QuotaAmount, other: QuotaAmount): QuotaAmount {
  return { files: one.files + other.files, bytes: one.bytes + other.bytes };
}

export function negative({ files, bytes }: QuotaAmount): QuotaAmount {
  return { files: -files, bytes: -bytes };
}
