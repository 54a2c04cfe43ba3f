import type { UserAccount, UserLimits } from './account.ts';
import type { Client } from './client.ts';
import type { Awaitable } from './virtual-file.ts';

/**
 * What a user may do, one letter each, as in pyftpdlib.
 *
 * | letter | allows |
 * | --- | --- |
 * | e | change directory (CWD, CDUP) |
 * | l | list (LIST, NLST, STAT, MLSD, MLST, SIZE, MDTM) |
 * | r | retrieve (RETR) |
 * | a | append to an existing file (APPE, REST + STOR) |
 * | d | delete (DELE, RMD) |
 * | f | rename (RNFR, RNTO) |
 * | m | make directories (MKD) |
 * | w | store (STOR, STOU) |
 * | M | change mode (SITE CHMOD) |
 * | T | change modification time (MFMT) |
 */
export type Permission = 'e' | 'l' | 'r' | 'a' | 'd' | 'f' | 'm' | 'w' | 'M' | 'T';

/**
 * Who may log in, where, and with which permissions. Implement it to authenticate against anything. All but the last two may
 * answer by a promise, and have `hookTimeout` to settle it. All are told whose session it is for; whoever only serves sessions of
 * one class says so: `Authorizer<Handler>`.
 */
export interface Authorizer<Session extends Client = Client> {
  /**
   * Called before the server listens: a place to refuse settings that cannot work.
   * @throws AuthorizerError; nothing is listened on then.
   */
  check?(): Awaitable<void>;
  /**
   * Lets a user in by answering nothing, or `true`, or an account, which says all there is to know: then `hasPerm`, `getHomeDir`,
   * `getMsgLogin` and `getMsgQuit` are not asked. Whatever else it answers refuses the login, as does whatever it throws; all
   * refusals are counted and delayed alike. `session.ending` is raised when the client is no longer there to be answered.
   * @throws AuthenticationFailed when the login is refused; its message is what the client reads.
   */
  validateAuthentication(username: string, password: string, session: Session): Awaitable<UserAccount | boolean | void>;
  /** The absolute path, on the server, of the user's home: the root of what the client sees. */
  getHomeDir(username: string, session: Session): Awaitable<string>;
  /**
   * Whether the user has a permission: only `true` means yes.
   * @param path Real path of the file concerned; where it is undefined, the user's permission in general.
   */
  hasPerm(username: string, permission: Permission, path: string | undefined, session: Session): Awaitable<boolean>;
  /** All permissions of a user, as letters. */
  getPerms(username: string, session: Session): Awaitable<string>;
  /** What is said after a login. */
  getMsgLogin(username: string, session: Session): Awaitable<string | undefined>;
  /** What is said on QUIT. */
  getMsgQuit(username: string, session: Session): Awaitable<string | undefined>;
  /** What all sessions of the user may take together; nothing where it is not limited. Asked at each login without an account. */
  getLimits?(username: string, session: Session): Awaitable<UserLimits | undefined>;
  /**
   * Called before a file operation of the user: a place to take on another identity. Where it is there, every operation
   * on local files is synchronous and stands between the two calls, as in pyftpdlib. So it must not be a promise.
   */
  impersonateUser?(username: string, password: string): void;
  /** Called after the operation; gives the identity back. */
  terminateImpersonation?(username: string): void;
}
