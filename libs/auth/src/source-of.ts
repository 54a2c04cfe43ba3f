import { isIPv6 } from 'node:net';

/**
 * What logins from an address count for: the address, or the /64 network of an IPv6 address, since whoever has one address
 * of it has them all.
 */
export function sourceOf(address: string): string {
  const plain = address.replace(/%.*$/, '');
  if (!isIPv6(plain)) return plain;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = plain.split('::');
  const left = head.split(':').filter((group) => group !== '');
  const right = (tail ?? '').split(':').filter((group) => group !== '');
  // The last group may be an IPv4 address, which is two.
  const length = left.length + right.length + (plain.includes('.') ? 1 : 0);
  const groups = [...left, ...Array.from({ length: 8 - length }, () => '0'), ...right];
  const network = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}
