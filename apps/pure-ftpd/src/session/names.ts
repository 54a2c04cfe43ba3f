import { daemonReason } from '@pure-ftpd/messages';
import { hasControlBytes } from '@pure-ftpd/protocol';
import type { Outcome, Policy } from '@pure-ftpd/server';

import { quotaIn } from '../files/user-file-system.ts';
import { isReservedName } from '../limits/reserved-names.ts';

/** Commands whose argument is a name that must be a proper one [server-behaviour §8]. */
const NAMED = new Set([
  'APPE',
  'CWD',
  'DELE',
  'MKD',
  'RETR',
  'RMD',
  'RNFR',
  'RNTO',
  'STOR',
  'XCWD',
  'XMKD',
  'XRMD',
  // These have more than a name in their argument, but nothing that needs what a name must not have.
  'CHMOD',
  'HASH',
  'MFF',
  'MFMT',
  'SITE CHMOD',
  'SITE UTIME',
]);

/** Why a name is not a proper one; undefined when it is. */
function refusedName(name: string, hasQuota: boolean): Outcome | undefined {
  if (hasQuota && isReservedName(name))
    return { name: 'nameRefused', path: name, reason: daemonReason('reservedName') };
  if (hasControlBytes(name)) return { name: 'nameRefused', path: name, reason: daemonReason('controlCharacters') };
  if (name.includes('\\')) return { name: 'nameRefused', path: name, reason: daemonReason('backslash') };
  return undefined;
}

/** Refuses names that are no proper ones, before anything is looked up. */
export const requireProperName: Policy = (session, row, { argument }) =>
  NAMED.has(row.verb) ? refusedName(argument, quotaIn(session.fs) !== undefined) : undefined;
