import { Resolver } from 'node:dns/promises';
import { lookup } from 'node:dns/promises';
import { isIPv4 } from 'node:net';

import { messageOf } from '@pure-ftpd/protocol';

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
