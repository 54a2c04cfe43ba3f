// Networks as administrators write them: `10.0.0.0/8`, `2001:db8::/32`, or one address.
import { BlockList } from 'node:net';

import { normalizeAddress } from './address.ts';

/** Bits of an IPv6 address before the IPv4 address that it may stand for. */
const MAPPED_BITS = 96;

/** A set of networks. */
export class Networks {
  readonly #list = new BlockList();

  /** @throws RangeError for what is no network. */
  constructor(networks: readonly string[]) {
    for (const network of networks) this.#add(network);
  }

  /** Whether an address, as `normalizeAddress` writes it, is in one of them. */
  has(address: string): boolean {
    return this.#list.check(address, address.includes(':') ? 'ipv6' : 'ipv4');
  }

  #add(text: string): void {
    const [written = '', prefix, more] = text.split('/');
    const address = normalizeAddress(written);
    const is6 = address?.includes(':') === true;
    const most = is6 ? 128 : 32;
    const before = !is6 && written.includes(':') ? MAPPED_BITS : 0;
    const length = prefix === undefined ? most : Number(prefix) - before;
    const isLength = prefix === undefined || /^\d{1,3}$/.test(prefix);
    if (address === undefined || more !== undefined || !isLength || length < 0 || length > most)
      throw new RangeError(`not a network: ${text}`);
    this.#list.addSubnet(address, length, is6 ? 'ipv6' : 'ipv4');
  }
}
