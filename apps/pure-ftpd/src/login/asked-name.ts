import { isServerName } from '@pure-ftpd/certificates';

import type { PureFtpdSession } from '../contract/session.ts';

/** The name by which a client has asked for the server (RFC 6066 §3); one that can be none is as good as none. */
export function askedName({ tlsInfo }: Pick<PureFtpdSession, 'tlsInfo'>): string | undefined {
  const name = tlsInfo?.serverName;
  return name !== undefined && isServerName(name) ? name : undefined;
}
