/**
 * What is wrong with a database.
 * - `UNREADABLE`: it cannot be opened or read; `cause` is the system's error.
 * - `BROKEN`: it is not a PureDB, or cut before its table ends.
 * - `TOO_LARGE`: 2^32 bytes or more, which the format cannot address.
 * - `UNWRITABLE`: writing it failed; `cause` is the system's error.
 * - `CLOSED`: a reader or writer was used after its end.
 * - `ABORTED`: building was given up by the caller's signal.
 */
export type PureDBErrorCode = 'UNREADABLE' | 'BROKEN' | 'TOO_LARGE' | 'UNWRITABLE' | 'CLOSED' | 'ABORTED';

/** A database that cannot be used or made. The message is one line that names the file. */
export class PureDBError extends Error {
  override readonly name = 'PureDBError';
  readonly code: PureDBErrorCode;

  constructor(code: PureDBErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * What is wrong with the text file, or with a change to it.
 * - `UNREADABLE`: it cannot be opened or read; `cause` is the system's error.
 * - `LOCKED`: `<file>.tmp` exists (another tool is editing, or one died), or the wait for another editor ended.
 * - `UNWRITABLE`: the temporary file or the rename failed; `cause` is the system's error.
 * - `EXISTS`, `ABSENT`: the login.
 * - `INVALID_RECORD`: a record that the format cannot hold.
 */
export type PasswdFileErrorCode = 'UNREADABLE' | 'LOCKED' | 'UNWRITABLE' | 'EXISTS' | 'ABSENT' | 'INVALID_RECORD';

/** A text file that cannot be read or changed. The message is one line; the file is as it was. */
export class PasswdFileError extends Error {
  override readonly name = 'PasswdFileError';
  readonly code: PasswdFileErrorCode;

  constructor(code: PasswdFileErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The system's code of an error (`ENOENT`), for tests on it. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
