// `-t`, `-T` and the limits of accounts, so many bytes in a second [server-behaviour §7]; what sessions have between them.
import { note } from '@pure-ftpd/messages';
import type { Bandwidth } from '@pure-ftpd/options';
import { type Buckets, type DataConnection, type DTPHandler, ThrottledDTPHandler } from '@pure-ftpd/server';

import type { Feature } from '../contract/feature.ts';
import type { PureFtpdSession } from '../contract/session.ts';
import { bandwidthOf } from '../limits/account-limits.ts';
import { sharedLimitsOf, sharingUser } from '../limits/shared-bandwidth.ts';
import { withNotes } from './notes.ts';

/** What holds for a session: what an administrator has said of it comes before what the server says of everybody. */
function limitsOf({ admittedAccount: account, settings, ordered }: PureFtpdSession): Bandwidth | undefined {
  const usual = account === undefined ? undefined : bandwidthOf(account, settings.daemon.configuration);
  return ordered === undefined
    ? usual
    : { upload: ordered.upload ?? usual?.upload, download: ordered.download ?? usual?.download };
}

function rates(session: PureFtpdSession): { readonly readLimit: number; readonly writeLimit: number } {
  const { upload: readLimit = 0, download: writeLimit = 0 } = limitsOf(session) ?? {};
  return { readLimit, writeLimit };
}

/** What moves the data of a session, whether there is a limit or not: there may be one before the end of the transfer. */
export function throttled(session: PureFtpdSession, connection: DataConnection): DTPHandler {
  const dtp = new session.settings.throttledDtpHandler(connection, session, rates(session));
  const buckets = sharedBuckets(session);
  if (buckets !== undefined) dtp.limitBy(buckets);
  return dtp;
}

/** What it takes from with others; undefined where nothing is limited that they have between them. */
function sharedBuckets(session: PureFtpdSession): Buckets | undefined {
  const { admittedAccount: account, settings, sessionId } = session;
  const { configuration, sharedBandwidth } = settings.daemon;
  const { userBandwidth, serverBandwidth } = configuration;
  if (account === undefined || (userBandwidth === undefined && serverBandwidth === undefined)) return undefined;
  session.sharedPart ??= sharedBandwidth?.join({
    sessionId,
    user: sharingUser(account),
    limited: sharedLimitsOf(configuration),
  });
  return session.sharedPart?.buckets();
}

/** Sets the bandwidth of a session, and of the transfer that runs. What is undefined stays as it was. */
export function setBandwidth(session: PureFtpdSession, { upload, download }: Bandwidth): void {
  const { ordered } = session;
  session.ordered = { upload: upload ?? ordered?.upload, download: download ?? ordered?.download };
  const dtp = session.data.transfer?.dtp;
  if (dtp instanceof ThrottledDTPHandler) dtp.limit(rates(session));
}

export const bandwidth = {
  name: 'bandwidth',
  welcome: (session, outcome) =>
    limitsOf(session) === undefined ? outcome : withNotes(outcome, [note('bandwidthLimited')]),
} satisfies Feature;
