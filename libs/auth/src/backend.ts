import type { Account } from './account.ts';

/** How much a line for the administrator matters. */
export type LogLevel = 'info' | 'warning' | 'error';

/** What is known of a login when its password arrives. */
export interface LoginAttempt {
  /** As the client wrote it, by the surrogateescape rule. */
  readonly login: string;
  /** Raw bytes: no backend decodes a password. */
  readonly password: Uint8Array;
  /** Numeric addresses of the two ends of the control connection. */
  readonly localAddress: string;
  readonly localPort: number;
  readonly clientAddress: string;
  /** Whether the control connection is TLS. */
  readonly encrypted: boolean;
  /** The name by which the client asked for the server in its TLS handshake. */
  readonly serverName?: string | undefined;
  /** Raised when nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
  /** Hears what the administrator should know and the client must not, one line each. */
  readonly log?: (level: LogLevel, text: string) => void;
  /** Hears which method has answered, and how many milliseconds that took; nothing where none knows the login. */
  readonly answered?: (method: string, milliseconds: number) => void;
}

/** What a backend has opened for a login, such as a PAM session. */
export interface LoginSession {
  /** At the end of the FTP session. Never rejects; what goes wrong is told to the log of the login. May be called again. */
  close(): Promise<void>;
}

/**
 * What a backend says of a login [server-behaviour §3]. Reasons are one line each, for the log: the client is told
 * nothing of them.
 * - `unknown`: not an account of this backend, or it cannot answer at the moment: the next one is asked.
 * - `refused`: an account of this backend that must not log in: nobody else is asked.
 * - `accepted`: nobody else is asked. Who has been given a `session` closes it, also when it turns the account away.
 * - `broken`: the backend cannot work at all: the session ends.
 */
export type BackendResult =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'accepted'; readonly account: Account; readonly session?: LoginSession }
  | { readonly kind: 'broken'; readonly reason: string };

/** One source of accounts. */
export interface AuthBackend {
  /** As in `-l`: `puredb`, `unix`, … */
  readonly method: string;
  /**
   * Whether it compares passwords with hashes in this process: a login that it does not know is then made to cost as much.
   * It does unless it says otherwise.
   */
  readonly computesHashes?: boolean;
  authenticate(attempt: LoginAttempt): Promise<BackendResult>;
  /**
   * Of a backend with a server of accounts: asks it once, as for a login that nobody has, and changes nothing there.
   * @returns What is wrong, in one line with the file, the line in it and what to do; undefined when nothing is. Never rejects
   *   for what the server says or does not say.
   */
  probe?(): Promise<string | undefined>;
}
