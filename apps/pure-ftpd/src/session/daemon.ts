import type { Account, LoginService } from '@pure-ftpd/auth';

import type { Log } from '../log/log.ts';
import type { TransferSink } from '../log/transfer-logs.ts';
import type { Configuration } from '../options/configuration.ts';
import type { AccountSessions } from './account-sessions.ts';

/** What all sessions of a daemon share. */
export interface Daemon {
  readonly configuration: Configuration;
  /** Undefined where transfers are not logged. */
  readonly transfers?: TransferSink;
  /** Who may log in. */
  readonly logins: LoginService;
  /** Other names of directories; undefined where there is no list of them. */
  readonly aliases: ReadonlyMap<string, string> | undefined;
  /** Who anonymous sessions are; undefined where there are none. */
  anonymousAccount: Account | undefined;
  readonly log: Log;
  readonly accountSessions: AccountSessions;
}
