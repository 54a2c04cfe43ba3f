/**
 * Why a journal cannot be used.
 * - `INSECURE`: the folder, or a file of it, is somebody else's, or others may get at it.
 * - `UNAVAILABLE`: it cannot be made or opened; `cause` is the system's error.
 * - `BUSY`: another process reads under that name, or as many names are there as may be.
 * - `UNKNOWN`: nobody reads under that name.
 * - `FULL`: nothing more can be kept.
 */
export type JournalErrorCode = 'INSECURE' | 'UNAVAILABLE' | 'BUSY' | 'UNKNOWN' | 'FULL';

/** The journal of finished uploads cannot be used. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
  readonly code: JournalErrorCode;

  constructor(code: JournalErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
