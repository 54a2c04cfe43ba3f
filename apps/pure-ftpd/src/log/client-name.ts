import { Resolver } from 'node:dns/promises';

/** How long a look-up may take, in milliseconds. Nobody waits for it but the log. */
const TIMEOUT_MS = 2000;

// Its own sockets, not the thread pool that serves files and password hashes.
const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 1 });

/** The name of a client for the log, or its address when it has none, or none that is told in time. */
export async function clientName(address: string): Promise<string> {
  try {
    const [name] = await resolver.reverse(address);
    return name === undefined || name === '' ? address : name.replace(/[^A-Za-z0-9.:-]/g, '_').slice(0, 255);
  } catch {
    // No name is no fault: the address says it all.
    return address;
  }
}
