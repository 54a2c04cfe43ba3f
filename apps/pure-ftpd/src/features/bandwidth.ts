// `-t`, `-T` and the limits of accounts: so many bytes in a second [server-behaviour §7].
import { note } from '@pure-ftpd/messages';
import type { Bandwidth } from '@pure-ftpd/options';
import type { DataConnection, DTPHandler } from '@pure-ftpd/server';

import type { Feature } from '../contract/feature.ts';
import type { PureFtpdSession } from '../contract/session.ts';
import { bandwidthOf } from '../limits/account-limits.ts';
import { withNotes } from './notes.ts';

function limitsOf({ admittedAccount: account, settings }: PureFtpdSession): Bandwidth | undefined {
  return account === undefined ? undefined : bandwidthOf(account, settings.daemon.configuration);
}

/** What moves the data of users with a limit; undefined for all others. */
export function throttled(session: PureFtpdSession, connection: DataConnection): DTPHandler | undefined {
  const limits = limitsOf(session);
  if (limits === undefined) return undefined;
  const { upload: readLimit = 0, download: writeLimit = 0 } = limits;
  return new session.settings.throttledDtpHandler(connection, session, { readLimit, writeLimit });
}

export const bandwidth = {
  name: 'bandwidth',
  welcome: (session, outcome) =>
    limitsOf(session) === undefined ? outcome : withNotes(outcome, [note('bandwidthLimited')]),
} satisfies Feature;
