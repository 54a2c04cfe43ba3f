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

/**
 * The network of an address: `192.0.2.0/24`, `2001:db8::/64`, in one spelling.
 * @param address As `normalizeAddress` writes it.
 * @param bits Length of the prefix, of its family.
 */
export function networkOf(address: string, bits: number): string {
  if (!address.includes(':')) {
    if (bits === 32) return `${address}/32`;
    return `${maskedParts(address.split('.').map(Number), 8, bits).join('.')}/${bits}`;
  }
  const [head = [], tail] = address.split('::').map(groupsOf);
  const zeros = Array.from({ length: tail === undefined ? 0 : 8 - head.length - tail.length }, () => 0);
  const masked = maskedParts([...head, ...zeros, ...(tail ?? [])], 16, bits);
  return `${normalizeAddress(masked.map((group) => group.toString(16)).join(':')) ?? ''}/${bits}`;
}

/**
 * A network as {@link networkOf} writes it; undefined for what is none.
 */
export function parseNetwork(
  text: string,
): { readonly network: string; readonly family: 4 | 6; readonly bits: number } | undefined {
  const [written = '', prefix, more] = text.split('/');
  const address = normalizeAddress(written);
  if (address === undefined || more !== undefined) return undefined;
  const family = address.includes(':') ? 6 : 4;
  const most = family === 6 ? 128 : 32;
  const bits = prefix === undefined ? most : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
  if (bits < 0 || bits > most || (family === 4 && written.includes(':') && prefix !== undefined)) return undefined;
  return { network: networkOf(address, bits), family, bits };
}

function groupsOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

/** Numbers of so many bits each, with nothing but zeros behind the prefix. */
function maskedParts(parts: readonly number[], width: number, bits: number): number[] {
  return parts.map((part, index) => {
    const kept = Math.min(width, Math.max(0, bits - index * width));
    return (part >> (width - kept)) << (width - kept);
  });
}
