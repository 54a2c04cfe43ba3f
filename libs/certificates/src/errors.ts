/** Why a certificate cannot be used. Codes are stable. */
export type CertificateErrorCode =
  /** A file is missing, unreadable, too large, or no file. */
  | 'UNREADABLE'
  /** A file has no certificate, or no private key. */
  | 'INCOMPLETE'
  /** What a file has cannot be parsed. */
  | 'MALFORMED'
  /** The key is protected by a passphrase. */
  | 'ENCRYPTED_KEY'
  /** Certificate and key do not belong together. */
  | 'MISMATCH'
  /** OpenSSL refuses the pair, for a key too short and the like. */
  | 'REFUSED';

/** A certificate that cannot be used: the message names the file, what is wrong, and what to do, in one line. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError';
  readonly code: CertificateErrorCode;
  /** The file at fault. */
  readonly file: string;

  /** The system's code (`ENOENT`, …) where the file could not be read. */
  get reason(): string | undefined {
    return this.cause instanceof Error && 'code' in this.cause ? String(this.cause.code) : undefined;
  }

  constructor(code: CertificateErrorCode, file: string, message: string, options?: ErrorOptions) {
    super(`${file}: ${message}`, options);
    this.code = code;
    this.file = file;
  }
}
