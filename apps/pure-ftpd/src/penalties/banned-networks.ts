import { networkOf, parseNetwork } from '@pure-ftpd/protocol';

/** Who is banned, for whoever accepts clients: looked up for each of them. */
export class BannedNetworks {
  /** By family and length of prefix: when each ends, in milliseconds since 1970. */
  readonly #until = { 4: new Map<number, Map<string, number>>(), 6: new Map<number, Map<string, number>>() };
  /** Families of which nobody is served, since the table of penalties is full. */
  #denied: readonly (4 | 6)[] = [];

  /** Bans a network, as `networkOf` writes it. */
  set(network: string, until: number): void {
    const parsed = parseNetwork(network);
    if (parsed === undefined) return;
    const { family, bits } = parsed;
    const lengths = this.#until[family];
    let networks = lengths.get(bits);
    if (networks === undefined) {
      networks = new Map();
      lengths.set(bits, networks);
    }
    networks.set(network, until);
  }

  /** How many networks there are. */
  get size(): number {
    return [...this.#until[4].values(), ...this.#until[6].values()].reduce((sum, { size }) => sum + size, 0);
  }

  lift(network: string): void {
    const parsed = parseNetwork(network);
    if (parsed === undefined) return;
    const { family, bits } = parsed;
    const networks = this.#until[family].get(bits);
    networks?.delete(network);
    if (networks?.size === 0) this.#until[family].delete(bits);
  }

  /** Families of which nobody is served from now on. */
  deny(families: readonly (4 | 6)[]): void {
    this.#denied = families;
  }

  /** Whether somebody is not served now. @param address As `normalizeAddress` writes it. */
  has(address: string, now = Date.now()): boolean {
    const family = address.includes(':') ? 6 : 4;
    if (this.#denied.includes(family)) return true;
    for (const [bits, networks] of this.#until[family]) {
      const until = networks.get(networkOf(address, bits));
      if (until !== undefined && until > now) return true;
    }
    return false;
  }
}
