// What a client is told first [server-options §8].
import { isIPv4 } from 'node:net';

import { greeting as greetingLines } from '@pure-ftpd/messages';
import type { Slots, StateOf } from '@pure-ftpd/server/internal';

import type { Feature } from '../contract/feature.ts';
import type { PureFtpdSession } from '../contract/session.ts';
import { announcedRatio } from '../limits/account-limits.ts';
import { drawFortune } from './fortune.ts';
import { anonymousAt } from './trusted-address.ts';

const STATE = {
  /** The entry of `-F` that was drawn. */
  fortune: { initial: (): readonly string[] => [] },
} as const satisfies Slots;

type GreetedSession = PureFtpdSession & StateOf<typeof STATE>;

/** What the server knows that the greeting says. */
interface Greeter {
  readonly sessionCount: number;
  readonly maxCons: number;
  readonly addresses: readonly { readonly family: string }[];
}

/** The words of the greeting. */
export function greet(session: GreetedSession, { sessionCount, maxCons, addresses }: Greeter): string {
  const { configuration } = session.settings.daemon;
  return greetingLines(session.settings.words.sentencesOf(session.spokenLanguage), {
    fortune: session.fortune,
    session: sessionCount,
    maxSessions: maxCons,
    time: new Date(),
    port: session.localPort,
    anonymous: anonymousAt(session.localAddress, configuration),
    fxp: configuration.fxp === 'everybody',
    ratio: announcedRatio(configuration),
    ipv6: isIPv4(session.remoteAddress) && addresses.some(({ family }) => family === 'IPv6'),
    tls: session.settings.tlsService() !== undefined,
    idleSeconds: session.timeout,
  }).join('\n');
}

export const greeting = {
  name: 'greeting',
  state: STATE,
  on: {
    async connect(session: GreetedSession) {
      session.fortune = await drawFortune(session);
    },
  },
} satisfies Feature;
