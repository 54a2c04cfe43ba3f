// PASS, by whoever judges logins for this process [server-behaviour §2, server-protocol §6].
import { encodeName } from '@pure-ftpd/protocol';
import type { AuthenticatorOf, Judgement } from '@pure-ftpd/server';

import type { PureFtpdSession } from '../contract/session.ts';

/** Longer passwords are refused unseen. */
const MAX_PASSWORD_BYTES = 511;

export const daemonLogin: AuthenticatorOf<PureFtpdSession> = {
  async judge(session, login, password): Promise<Judgement> {
    const bytes = encodeName(password);
    if (bytes.length > MAX_PASSWORD_BYTES) return { kind: 'unseen' };
    session.isBeingJudged = true;
    try {
      return await session.settings.daemon.admission.judge(session, login, bytes);
    } finally {
      session.isBeingJudged = false;
      bytes.fill(0);
    }
  },
};
