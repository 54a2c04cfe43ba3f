import { Resolver } from 'node:dns/promises';
import { readFileSync, statSync } from 'node:fs';

import { normalizeAddress } from '@pure-ftpd/protocol';

/** How long a look-up may take, in milliseconds. Nobody waits for it but the log. */
const TIMEOUT_MS = 2000;

/** Bytes of a file of hosts that are read. */
const HOSTS_LIMIT = 1024 * 1024;

// Its own sockets, not the thread pool that serves files and password hashes.
const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 1 });

/** The name of a client for the log, or its address when it has none, or none that is told in time. */
export async function clientName(address: string): Promise<string> {
  const known = hosts.name(address);
  if (known !== undefined) return shown(known);
  try {
    const [name] = await resolver.reverse(address);
    return name === undefined || name === '' ? address : shown(name);
  } catch {
    // No name is no fault: the address says it all.
    return address;
  }
}

/** As the C server shows a name [server-options §7.1]. */
function shown(name: string): string {
  return name.replace(/[^A-Za-z0-9.:-]/g, '_').slice(0, 255);
}

/**
 * The names that the machine's own file has: read at once, and again when it has changed, where it can still be reached (a
 * process may have left the root directory behind).
 */
export class HostsFile {
  readonly #path: string;
  #version = '';
  #names: ReadonlyMap<string, string> = new Map();

  constructor(path: string) {
    this.#path = path;
    this.#refresh();
  }

  /** The first name of an address; undefined when it has none. */
  name(address: string): string | undefined {
    this.#refresh();
    return this.#names.get(address);
  }

  #refresh(): void {
    try {
      const { ino, mtimeMs, size } = statSync(this.#path);
      const version = `${ino} ${mtimeMs} ${size}`;
      if (version === this.#version || size > HOSTS_LIMIT) return;
      this.#names = parseHosts(readFileSync(this.#path, 'latin1'));
      this.#version = version;
    } catch {
      // What was known is still known, and the resolver is asked for the rest.
    }
  }
}

const hosts = new HostsFile('/etc/hosts');

/** hosts(5): on each line an address and its names; the first name counts, and the first line of an address. */
function parseHosts(text: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [word = '', name] = line.replace(/#.*/, '').trim().split(/\s+/);
    const address = normalizeAddress(word);
    if (address !== undefined && name !== undefined && !names.has(address)) names.set(address, name);
  }
  return names;
}
