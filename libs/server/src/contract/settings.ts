import type { FactName, FactSelection, SessionCharsets } from '@pure-ftpd/protocol';

import type { AuthenticatorOf } from './authenticator.ts';
import type { Authorizer } from './authorizer.ts';
import type { CommandTableOf, PolicyOf } from './command-row.ts';
import type { Languages } from '../replies/languages.ts';
import type { DataSessionReuse, TlsOffer, TlsTruncation } from './tls.ts';

/** Whether an upload whose client hung up without a word, once all data was there, is stored. */
export type HangUpRule = 'store' | 'discard';

/** The settings that commands, policies, listings and protection go by. */
export interface SettingsOf<Session> {
  readonly authorizer: Authorizer;
  /** Says who may log in. */
  readonly authenticator: AuthenticatorOf<Session>;
  readonly commands: CommandTableOf<Session>;
  /** The languages of replies; undefined where there is one. */
  readonly words: Languages | undefined;
  readonly policies: readonly PolicyOf<Session>[];
  /** What connections may be protected with; undefined where there is no TLS. */
  tlsService(): TlsOffer | undefined;
  readonly tlsControlRequired: boolean;
  /** Whether clients who have logged in may go on in clear on the control connection (CCC), unless its protection is required. */
  readonly clearControlAllowed: boolean;
  readonly tlsDataRequired: boolean;
  readonly dataSessionReuse: DataSessionReuse;
  /** Most seconds a client may ask for with SITE IDLE. */
  readonly maxIdleTime: number;
  /** Whether a passive port serves further transfers without a new PASV. */
  readonly passivePortsStayOpen: boolean;
  /** Seconds to wait for a data connection. */
  readonly dataConnectionTimeout: number;
  readonly maxLoginAttempts: number;
  /** Seconds before a failed login is answered. */
  readonly authFailedTimeout: number;
  /** Whether data connections may go to ports below 1024. */
  readonly permitPrivilegedPorts: boolean;
  readonly useGmtTimes: boolean;
  /** The charsets of clients and of names on disk; undefined where both are UTF-8. */
  readonly charsets: SessionCharsets | undefined;
  readonly tlsTruncation: TlsTruncation;
  readonly hangUp: HangUpRule;
  /** Seconds that an upload may be silent whose client has ended the control connection. */
  readonly uploadLinger: number;
  /** What becomes of an upload that begins (REST) behind the end of its file. */
  readonly restartBeyondEnd: 'refuse' | 'append';
  /** Whether, in TYPE A, CR LF of a file stays one, and a CR alone of an upload stays. */
  readonly keepsCarriageReturns: boolean;
  /** Whether PORT and EPRT connect at once, instead of with the transfer. */
  readonly connectsAtOnce: boolean;
  readonly atomicUploads: boolean;
  readonly numberedUploads: boolean;
  /** Permission bits of new files and directories. */
  readonly fileMode: number;
  readonly directoryMode: number;
  /** The facts of MLST and MLSD, in the order of FEAT. */
  readonly offeredFacts: readonly FactName[];
  readonly defaultFacts: FactSelection;
  readonly maxListed: number;
  readonly maxListDepth: number;
}
