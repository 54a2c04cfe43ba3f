/**
 * What is wrong with a database.
 * - `unreadable`: it cannot be opened or read; `cause` is the system's error.
 * - `broken`: it is not a PureDB, or cut before its table ends.
 * - `tooLarge`: 2^32 bytes or more, which the format cannot address.
 * - `unwritable`: writing it failed; `cause` is the system's error.
 * - `closed`: a reader or writer was used after its end.
 * - `aborted`: building was given up by the caller's signal.
 */
export type PureDBErrorCode = 'unreadable' | 'broken' | 'tooLarge' | 'unwritable' | 'closed' | 'aborted';

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
 * - `unreadable`: it cannot be opened or read; `cause` is the system's error.
 * - `locked`: `<file>.tmp` exists (another tool is editing, or one died), or the wait for another editor ended.
 * - `unwritable`: the temporary file or the rename failed; `cause` is the system's error.
 * - `exists`, `absent`: the login.
 * - `invalidRecord`: a record that the format cannot hold.
 */
export type PasswdFileErrorCode = 'unreadable' | 'locked' | 'unwritable' | 'exists' | 'absent' | 'invalidRecord';

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
