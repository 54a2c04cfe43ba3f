// `-w` and `-W`: data connections to other hosts than the client's (FXP) [server-options §2].
import { note } from '@pure-ftpd/messages';

import type { Feature } from '../contract/feature.ts';
import type { PureFtpdSession } from '../contract/session.ts';
import { isPublic } from '../login/anonymous-account.ts';
import { withNotes } from './notes.ts';

function isAllowedAsUser({ admittedAccount: account, settings }: PureFtpdSession): boolean {
  return settings.daemon.configuration.fxp === 'users' && account !== undefined && !isPublic(account);
}

/** Whether the data connections of a session may go to, and come from, other hosts than its client's. */
export function permitsForeignAddress(session: PureFtpdSession): boolean {
  return session.settings.daemon.configuration.fxp === 'everybody' || isAllowedAsUser(session);
}

export const foreignAddresses = {
  name: 'foreign addresses',
  welcome: (session, outcome) => (isAllowedAsUser(session) ? withNotes(outcome, [note('fxpAllowed')]) : outcome),
} satisfies Feature;
