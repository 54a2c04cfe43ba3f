// Names that are no proper ones [server-behaviour §8].
import { daemonReason } from '@pure-ftpd/messages';
import { hasControlBytes } from '@pure-ftpd/protocol';
import type { CommandRow, Outcome, ParsedCommand } from '@pure-ftpd/server';

import type { Feature } from '../contract/feature.ts';
import type { PureFtpdSession } from '../contract/session.ts';
import { isReservedByQuota } from './quota.ts';

/** Commands whose argument is a name that must be a proper one. */
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
  // These have more than a name in their argument, but nothing that needs what a name must not have.
  'HASH',
  'MFF',
  'MFMT',
  'SITE CHMOD',
  'SITE UTIME',
]);

/** Refuses names that are no proper ones, before anything is looked up. */
function refusedName({ fs }: PureFtpdSession, _row: CommandRow, { argument }: ParsedCommand): Outcome | undefined {
  const reason = isReservedByQuota(fs, argument)
    ? 'reservedName'
    : hasControlBytes(argument)
      ? 'controlCharacters'
      : argument.includes('\\')
        ? 'backslash'
        : undefined;
  return reason === undefined ? undefined : { name: 'nameRefused', path: argument, reason: daemonReason(reason) };
}

export const names = {
  name: 'names',
  policies: [{ at: 'last', verbs: NAMED, judge: refusedName }],
} satisfies Feature;
