/**
 * Why uploads cannot be announced, or heard of.
 * - `INSECURE`: the FIFO or its lock is not a FIFO, or not a file, of the right owner with the mode 0600, or somebody keeps
 *   changing it.
 * - `UNAVAILABLE`: it cannot be made or opened; `cause` is the system's error.
 */
export type UploadPipeErrorCode = 'INSECURE' | 'UNAVAILABLE';

/** The FIFO of finished uploads, or its lock, cannot be used. */
export class UploadPipeError extends Error {
  override readonly name = 'UploadPipeError';
  readonly code: UploadPipeErrorCode;
  readonly path: string;

  constructor(code: UploadPipeErrorCode, path: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.path = path;
  }
}
