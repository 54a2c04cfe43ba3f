// `-b`: clients that take some of the protocol for something else [server-protocol §13].
import { isIPv4 } from 'node:net';

import type { Feature } from '../contract/feature.ts';
import type { PureFtpdSession } from '../contract/session.ts';
import { isPublic } from '../login/anonymous-account.ts';
import { withoutFeatures } from './feature-list.ts';

/** They expect to be asked for a password, also when none is needed. */
function expectsPassword({ admittedAccount: account, settings }: PureFtpdSession): boolean {
  return settings.daemon.configuration.brokenClients && isPublic(account);
}

/** They take EPSV over IPv4 for something else. */
function mistakesEpsv({ localAddress, settings }: PureFtpdSession): boolean {
  return settings.daemon.configuration.brokenClients && isIPv4(localAddress);
}

export const oldClients = {
  name: 'old clients',
  around: {
    USER: (run) => (session: PureFtpdSession, username) =>
      expectsPassword(session)
        ? { name: 'passwordRequired', username: session.username, flushed: false }
        : run(session, username),
    EPSV: (run) => (session: PureFtpdSession, argument) =>
      mistakesEpsv(session) ? { name: 'commandNotUnderstood', verb: 'EPSV' } : run(session, argument),
    FEAT: (run) => async (session: PureFtpdSession, argument) =>
      withoutFeatures(await run(session, argument), mistakesEpsv(session) ? ['EPSV'] : []),
  },
  welcome: (session, outcome) =>
    expectsPassword(session) ? { name: 'passwordRequired', username: session.username, flushed: false } : outcome,
} satisfies Feature;
