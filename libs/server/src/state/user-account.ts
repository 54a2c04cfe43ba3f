/** What the sessions of one user may take together. */
export interface UserLimits {
  /** Most sessions at a time; more are refused with 421. */
  readonly sessions?: number;
  /** Bytes in a second that all of them may receive (uploads). */
  readonly uploadRate?: number;
  /** Bytes in a second that may be sent to all of them (downloads, listings). */
  readonly downloadRate?: number;
}

/**
 * Who has logged in, as an authorizer may answer it: then it is not asked by name for the home, for permissions and for what is
 * said. It may have more fields, which a session's `account` has, too.
 */
export interface UserAccount {
  /** What the session's `username` is from now on. */
  readonly name: string;
  /** The absolute path, on the server, of the root of what the client sees. */
  readonly home: string;
  /** Letters of permissions, `elr` for one who reads. */
  readonly permissions: string;
  /** Other letters in a folder and all below it, by its virtual path; the deepest folder counts. */
  readonly folders?: Readonly<Record<string, string>>;
  readonly msgLogin?: string;
  readonly msgQuit?: string;
  readonly limits?: UserLimits;
}
