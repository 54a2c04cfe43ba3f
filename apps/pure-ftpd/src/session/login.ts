// PASS [server-behaviour §2, server-protocol §6].
import { encodeName } from '@pure-ftpd/protocol';
import type { CommandResult } from '@pure-ftpd/server';

import type { Judgement } from '../login/admission.ts';
import { end } from './enter.ts';
import type { PureFtpdHandler } from './handler.ts';

/** Longer passwords are refused unseen. */
const MAX_PASSWORD_BYTES = 511;

export async function pass(session: PureFtpdHandler, password: string): Promise<CommandResult> {
  if (session.authenticated) return { name: 'alreadyLoggedIn' };
  if (session.username === '') return { name: 'userRequired' };
  const login = session.username;
  const bytes = encodeName(password);
  if (bytes.length > MAX_PASSWORD_BYTES) return { name: 'loginFailed', reason: undefined, last: false };
  session.isBeingJudged = true;
  let judgement: Judgement;
  try {
    judgement = await session.settings.daemon.admission.judge(session, login, bytes);
  } finally {
    session.isBeingJudged = false;
    bytes.fill(0);
  }
  return follow(session, judgement);
}

/** What becomes of a session that was judged. */
export async function follow(session: PureFtpdHandler, judgement: Judgement): Promise<CommandResult> {
  if (judgement.kind === 'admitted') {
    if (!session.closed) return judgement.begin();
    judgement.release();
    return undefined;
  }
  if (session.closed) return undefined;
  switch (judgement.kind) {
    case 'refused': {
      session.attemptedLogins += 1;
      session.username = '';
      const last = session.attemptedLogins >= session.settings.maxLoginAttempts;
      const outcome = { name: 'loginFailed', reason: undefined, last } as const;
      return last ? end(session, outcome) : outcome;
    }
    case 'tooMany':
      return end(session, { name: 'tooManySessionsOfUser' });
    case 'unavailable':
      return end(session, { name: 'serviceUnavailable', reason: 'authentication' });
    case 'notServed':
      session.username = '';
      return { name: 'accountNotServed' };
    default:
      return judgement satisfies never;
  }
}
