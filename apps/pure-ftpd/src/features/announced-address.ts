// `-P`: the address that PASV announces to a client, found when it comes [server-options §2].
import { lookup, Resolver } from 'node:dns/promises';
import { isIPv4 } from 'node:net';

import { messageOf } from '@pure-ftpd/protocol';
import { said, type Slots, type StateOf, text } from '@pure-ftpd/server/internal';

import type { Feature } from '../contract/feature.ts';
import type { PureFtpdSession } from '../contract/session.ts';

const STATE = {
  /** What is announced to the client; empty where there is nothing. */
  announced: { initial: () => '', moves: said(text(64)) },
} as const satisfies Slots;

type AnnouncedSession = PureFtpdSession & StateOf<typeof STATE>;

/** How long a look-up may take, in milliseconds: the client waits for its greeting meanwhile. */
const TIMEOUT_MS = 5000;

// Its own sockets, not the thread pool.
const resolver = new Resolver({ timeout: TIMEOUT_MS / 2, tries: 2 });

/** The IPv4 address that `-P` announces, looked up anew for every client, since it changes where it is a name. */
export async function findAnnouncedAddress(host: string): Promise<string | { readonly reason: string }> {
  if (isIPv4(host)) return host;
  try {
    const [address] = await resolver.resolve4(host);
    if (address !== undefined) return address;
  } catch {
    // Names outside the DNS (the hosts file) are known to the system's look-up only.
  }
  try {
    return (await lookup(host, { family: 4 })).address;
  } catch (error) {
    return { reason: messageOf(error) };
  }
}

/** The address for the client, unless it is known; a client for whom it cannot be found is told to come again. */
async function announce(session: AnnouncedSession): Promise<void> {
  const { daemon } = session.settings;
  const { announcedHost } = daemon.configuration;
  if (announcedHost === undefined) return;
  const found = await daemon.announcedAddress(announcedHost, session);
  if (typeof found === 'string') {
    session.announced = found;
    return;
  }
  daemon.log.write('ERROR', `-P ${announcedHost}: ${found.reason}`, session.subject);
  session.respond({ name: 'serviceUnavailable', reason: 'announcedAddress' });
  session.closeWhenDone();
}

export const announcedAddress = {
  name: 'announced address',
  state: STATE,
  on: { connect: announce },
} satisfies Feature;
