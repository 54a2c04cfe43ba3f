import type { QuotaLimits, QuotaUsage } from './usage.ts';

/**
 * What is wrong with a quota file.
 * - `unreadable`: it cannot be opened, made or read; `cause` is the system's error.
 * - `notAFile`: a link, a directory or a special file has its name.
 * - `malformed`: its content is not that of a quota file.
 * - `busy`: somebody else kept it locked for too long.
 * - `unwritable`: it could not be written; it holds what it held before. `cause` is the system's error.
 */
export type QuotaFileErrorCode = 'unreadable' | 'notAFile' | 'malformed' | 'busy' | 'unwritable';

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
  readonly code = 'ERR_QUOTA_EXCEEDED';
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
