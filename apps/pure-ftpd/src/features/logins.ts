// USER, PASS, REIN and AUTH as the C server has them [server-options §5, server-protocol §6].
import { decodeName, encodeName } from '@pure-ftpd/protocol';

import type { Feature } from '../contract/feature.ts';
import type { PureFtpdSession } from '../contract/session.ts';

/** Longer names of accounts are cut. */
const MAX_LOGIN_BYTES = 127;

function cut(username: string): string {
  const bytes = encodeName(username);
  return bytes.length > MAX_LOGIN_BYTES ? decodeName(bytes.subarray(0, MAX_LOGIN_BYTES)) : username;
}

export const logins = {
  name: 'logins',
  rows: {
    AUTH: { argument: 'optional' },
    REIN: { argument: 'ignored', phase: 'always' },
  },
  around: {
    USER: (run) => (session: PureFtpdSession, username) =>
      session.authenticated ? { name: 'alreadyLoggedIn' } : run(session, cut(username)),
    REIN: (run) => async (session: PureFtpdSession, argument) =>
      session.settings.daemon.admission.afterUser(session, await run(session, argument)),
    // Who has logged in stays so: nobody protects a session by halves.
    AUTH: (run) => (session: PureFtpdSession, mechanism) =>
      session.authenticated ? { name: 'commandNotUnderstood', verb: 'AUTH' } : run(session, mechanism),
  },
} satisfies Feature;
