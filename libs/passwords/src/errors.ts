/** Why a password hash cannot be used, or made. */
export type PasswordHashErrorCode =
  /** Not a hash of any scheme we know: plain text, `*`, `!…`, `x`, damaged strings. */
  | 'NOT_A_HASH'
  /** Well formed, but it asks for more memory or time than the limits allow. */
  | 'TOO_COSTLY'
  /** The system could not compute it (out of memory, a scheme its libcrypt lacks). */
  | 'NOT_COMPUTED';

/** A password hash that cannot be verified or created. The message never contains the hash or the password. */
export class PasswordHashError extends Error {
  readonly code: PasswordHashErrorCode;

  constructor(code: PasswordHashErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PasswordHashError';
    this.code = code;
  }
}
