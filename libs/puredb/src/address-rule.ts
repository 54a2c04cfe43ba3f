/** An address as a number. IPv4-mapped IPv6 addresses are IPv4 ones. */
export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** One pattern of a list [spec puredb.md §3]. */
export type AddressRule =
  | { readonly kind: 'network'; readonly address: Address; readonly prefix: number }
  | { readonly kind: 'name'; readonly name: string }
  /** Nothing between two commas: matches nobody. */
  | { readonly kind: 'empty' }
  /** Decides for peers of this family, or of both. */
  | { readonly kind: 'malformed'; readonly family: 4 | 6 | undefined };

const BITS = { 4: 32, 6: 128 } as const;
const MAPPED_PREFIX = 0xffffn;

const IPV4 = /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d{1,3}))?$/;
const IPV4_START = /^\d+\.\d+\.\d+\.\d+/;
// Colons cannot stand in the text file, so `pure-pw` writes an IPv6 address with dashes, in brackets: [2001-db8--]/32.
// To a C server this is a host name that does not exist.
const BRACKETED = /^\[([0-9A-Fa-f:.-]+)\](?:\/(\d{1,3}))?$/;
const IPV6 = /^([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)(?:\/(\d{1,3}))?$/;
const HOST_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}$/;

/** The module has sockets with it: it is loaded for the first text that may be such an address. */
function isIPv6(text: string): boolean {
  return process.getBuiltinModule('node:net').isIPv6(text);
}

/** A numeric address of a socket; a zone (`%eth0`) does not count. `undefined` when it is none. */
export function parseAddress(text: string): Address | undefined {
  const bare = text.replace(/%.*$/, '');
  const four = IPV4.exec(bare);
  if (four !== null) return four[5] === undefined ? parseIPv4(four) : undefined;
  return isIPv6(bare) ? unmapped(parseIPv6(bare), BITS[6])?.address : undefined;
}

/** One pattern. Blanks around it do not count. */
export function parseAddressRule(text: string): AddressRule {
  const rule = text.trim();
  if (rule === '') return { kind: 'empty' };
  if (IPV4_START.test(rule)) {
    const match = IPV4.exec(rule);
    const address = match === null ? undefined : parseIPv4(match);
    return address === undefined ? { kind: 'malformed', family: 4 } : network(address, match?.[5] ?? '32');
  }
  if (rule.startsWith('[') || rule.includes(':')) {
    const match = BRACKETED.exec(rule) ?? IPV6.exec(rule);
    const literal = match?.[1]?.replaceAll('-', ':') ?? '';
    return isIPv6(literal)
      ? network(parseIPv6(literal), match?.[2] ?? '128')
      : { kind: 'malformed', family: undefined };
  }
  return HOST_NAME.test(rule) ? { kind: 'name', name: rule } : { kind: 'malformed', family: undefined };
}

/** Whether the first bits of the two are the same. */
export function isInNetwork(address: Address, network: Address, prefix: number): boolean {
  if (address.family !== network.family) return false;
  const shift = BigInt(BITS[address.family] - prefix);
  return address.value >> shift === network.value >> shift;
}

/**
 * A list with its IPv6 addresses in the form that has no colon: `2001:db8::/32` becomes `[2001-db8--]/32`. What is no
 * IPv6 address stays as it is.
 */
export function escapeAddressList(list: string): string {
  return list.split(',').map(escapeRule).join(',');
}

function escapeRule(rule: string): string {
  const [, open, address, suffix] = /^\s*(\[?)([0-9A-Fa-f:.]+)((?:\]?)(?:\/\d+)?)\s*$/.exec(rule) ?? [];
  if (address === undefined || suffix === undefined || !isIPv6(address)) return rule;
  if ((open === '[') !== suffix.startsWith(']')) return rule;
  return `[${address.replaceAll(':', '-')}]${suffix.replace(']', '')}`;
}

function network(address: Address, prefixText: string): AddressRule {
  const prefix = Number(prefixText);
  if (prefix < 1 || prefix > BITS[address.family]) return { kind: 'malformed', family: address.family };
  const plain = unmapped(address, prefix);
  return plain === undefined ? { kind: 'malformed', family: 4 } : { kind: 'network', ...plain };
}

/** An IPv4-mapped address or network in its IPv4 form; one that spans all of IPv4 is as malformed as `/0`. */
function unmapped(address: Address, prefix: number): { address: Address; prefix: number } | undefined {
  if (address.family === 4 || address.value >> 32n !== MAPPED_PREFIX || prefix < 96) return { address, prefix };
  if (prefix === 96) return undefined;
  return { address: { family: 4, value: BigInt.asUintN(32, address.value) }, prefix: prefix - 96 };
}

function parseIPv4(match: RegExpExecArray): Address | undefined {
  let value = 0n;
  for (const octet of match.slice(1, 5)) {
    if (octet.length > 10 || Number(octet) > 255) return undefined;
    value = (value << 8n) | BigInt(octet);
  }
  return { family: 4, value };
}

/** `text` is known to be an IPv6 address. */
function parseIPv6(text: string): Address {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  const plain =
    dotted === null ? text : `${dotted[1]}${hexGroup(dotted[2], dotted[3])}:${hexGroup(dotted[4], dotted[5])}`;
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  let value = 0n;
  for (const group of [...left, ...zeros, ...right]) value = (value << 16n) | BigInt(`0x${group}`);
  return { family: 6, value };
}

function hexGroup(high: string | undefined, low: string | undefined): string {
  return (Number(high) * 256 + Number(low)).toString(16);
}
