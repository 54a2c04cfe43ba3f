import type { Account, AuthChain } from '@pure-ftpd/auth';

import type { Log } from '../log/log.ts';
import type { Configuration } from '../options/configuration.ts';
import type { AccountSessions } from './account-sessions.ts';

/** What all sessions of a daemon share. */
export interface Daemon {
  readonly configuration: Configuration;
  readonly chain: AuthChain;
  /** Who anonymous sessions are; undefined where there are none. */
  anonymousAccount: Account | undefined;
  readonly log: Log;
  readonly accountSessions: AccountSessions;
}
