import type { SocketAddress } from '@pure-ftpd/scoreboard';

/** How long all names together may take, in milliseconds: a resolver that does not answer must not keep the page back. */
const PATIENCE = 5000;

/** Addresses that are asked for at a time: the threads that ask are few, and files need them, too. */
const AT_ONCE = 4;

/** Addresses that are remembered. */
const MOST_REMEMBERED = 10_000;

type Lookup = (address: string, port: number) => Promise<string>;

async function systemLookup(address: string, port: number): Promise<string> {
  // A page without sessions, or with numbers, needs no resolver.
  const { lookupService } = await import('node:dns/promises');
  return (await lookupService(address, port)).hostname;
}

/** Names of addresses, from the system's resolver. Each is asked for once. */
export class HostNames {
  readonly #names = new Map<string, string>();
  readonly #waiting: SocketAddress[] = [];
  readonly #lookup: Lookup;
  readonly #enabled: boolean;
  #running = 0;
  /** Resolves when one of those who ask has nothing left to ask. */
  #oneDone = Promise.withResolvers<void>();

  /** @param enabled False: addresses stay numbers. */
  constructor(enabled: boolean, lookup: Lookup = systemLookup) {
    this.#enabled = enabled;
    this.#lookup = lookup;
  }

  /** The name as far as it is known, else the address. */
  of({ address }: SocketAddress): string {
    return this.#names.get(address) ?? address;
  }

  /** Asks for those that are not known, and goes on without waiting. */
  request(addresses: Iterable<SocketAddress>): void {
    if (!this.#enabled) return;
    for (const one of addresses) {
      if (this.#names.has(one.address)) continue;
      if (this.#names.size >= MOST_REMEMBERED) return;
      // Shown as a number until its name is known, and for good when it has none.
      this.#names.set(one.address, one.address);
      this.#waiting.push(one);
    }
    while (this.#running < AT_ONCE && this.#waiting.length > 0) void this.#run();
  }

  /** Asks, and waits for the answers, but not for ever. */
  async resolve(addresses: Iterable<SocketAddress>): Promise<void> {
    this.request(addresses);
    const late = Promise.withResolvers<'late'>();
    const timer = setTimeout(() => late.resolve('late'), PATIENCE);
    try {
      while (this.#running > 0) {
        if ((await Promise.race([this.#oneDone.promise, late.promise])) === 'late') return;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async #run(): Promise<void> {
    this.#running += 1;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      try {
        this.#names.set(next.address, await this.#lookup(next.address, next.port));
      } catch {
        // It has no name, or the resolver has trouble: the number stays.
      }
    }
    this.#running -= 1;
    this.#oneDone.resolve();
    this.#oneDone = Promise.withResolvers<void>();
  }
}
