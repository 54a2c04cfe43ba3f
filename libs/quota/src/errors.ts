import type { QuotaLimits, QuotaUsage } from './usage.ts';

/**
 * What is wrong with a quota file.
 * - `UNREADABLE`: it cannot be opened, made or read; `cause` is the system's error.
 * - `NOT_A_FILE`: a link, a directory or a special file has its name.
 * - `MALFORMED`: its content is not that of a quota file.
 * - `BUSY`: somebody else kept it locked for too long.
 * - `UNWRITABLE`: it could not be written; it holds what it held before. `cause` is the system's error.
 */
export type QuotaFileErrorCode = 'UNREADABLE' | 'NOT_A_FILE' | 'MALFORMED' | 'BUSY' | 'UNWRITABLE';

/** A quota that cannot be known or kept. Who has one must not store anything then. */
export class QuotaFileError extends Error {
  override readonly name = 'QuotaFileError';
  readonly code: QuotaFileErrorCode;

  constructor(code: QuotaFileErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A quota has no room for what was asked. Nothing was charged. */
export class QuotaExceededError extends Error {
  override readonly name = 'QuotaExceededError';
  readonly code = 'QUOTA_EXCEEDED';
  readonly usage: QuotaUsage;
  readonly limits: QuotaLimits;

  constructor(usage: QuotaUsage, limits: QuotaLimits) {
    super(
      `quota exceeded: ${usage.files} of ${limits.files ?? '∞'} files, ${usage.bytes} of ${limits.bytes ?? '∞'} bytes`,
    );
    this.usage = usage;
    this.limits = limits;
  }
}
