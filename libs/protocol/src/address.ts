// Addresses and ports as they stand in PORT (RFC 959 §4.1.2), EPRT and EPSV (RFC 2428).

/** Where a client wants to be connected to. */
export interface Endpoint {
  readonly family: 4 | 6;
  /** As `normalizeAddress` writes it. */
  readonly host: string;
  /** 1-65535. */
  readonly port: number;
}

/**
 * `syntax`: not the argument of this command, or a zero address or port. `family`: an address family that is neither
 * IPv4 nor IPv6.
 */
export type EndpointError = 'syntax' | 'family';

const PORT_ARGUMENT = /^[ \t]*\+?([0-9]{1,10}(?:,[ \t]*\+?[0-9]{1,10}){5})/;
const DECIMAL = /^[0-9]{1,10}$/;
const DECIMAL_OCTET = /^(?:0|[1-9][0-9]{0,2})$/;
const HEXTET = /^[0-9a-f]{1,4}$/i;
/** `ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255` */
const LONGEST_ADDRESS = 45;

/** Four octets, or `undefined`. `octet` says what one may look like. */
function octets(parts: readonly string[], octet: RegExp): number[] | undefined {
  if (parts.length !== 4 || !parts.every((part) => octet.test(part))) return undefined;
  const numbers = parts.map(Number);
  return numbers.every((number) => number <= 255) ? numbers : undefined;
}

/** The 16-bit groups of colon-separated text; an IPv4 tail counts as two. */
function hextets(text: string, mayEndInIpv4: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (HEXTET.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const tail = mayEndInIpv4 && index === parts.length - 1 ? octets(part.split('.'), DECIMAL_OCTET) : undefined;
    if (!tail) return undefined;
    const [a = 0, b = 0, c = 0, d = 0] = tail;
    groups.push(a * 256 + b, c * 256 + d);
  }
  return groups;
}

function parseIpv6(text: string): number[] | undefined {
  const gap = text.indexOf('::');
  if (gap === -1) {
    const groups = hextets(text, true);
    return groups?.length === 8 ? groups : undefined;
  }
  const head = hextets(text.slice(0, gap), false);
  const tail = hextets(text.slice(gap + 2), true);
  if (!head || !tail || head.length + tail.length > 7) return undefined;
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
}

/** RFC 5952: lower case, no leading zeros, the first of the longest runs of zero groups (two at least) as `::`. */
function formatIpv6(groups: readonly number[]): string {
  let runStart = -1;
  let runLength = 1;
  for (let start = 0; start < 8; start++) {
    let end = start;
    while (end < 8 && groups[end] === 0) end += 1;
    if (end - start > runLength) {
      runStart = start;
      runLength = end - start;
    }
  }
  const hex = groups.map((group) => group.toString(16));
  if (runStart === -1) return hex.join(':');
  return `${hex.slice(0, runStart).join(':')}::${hex.slice(runStart + runLength).join(':')}`;
}

/**
 * One spelling for each address, so that addresses can be compared as strings: IPv4 dotted, IPv6 after RFC 5952, an
 * IPv4-mapped IPv6 address as the IPv4 address it is. `undefined` for anything else: names, zone identifiers, octets
 * with leading zeros, short forms such as `127.1`.
 */
export function normalizeAddress(text: string): string | undefined {
  if (text.length > LONGEST_ADDRESS) return undefined;
  if (!text.includes(':')) return octets(text.split('.'), DECIMAL_OCTET)?.join('.');
  const groups = parseIpv6(text);
  if (!groups) return undefined;
  const [, , , , , marker, high = 0, low = 0] = groups;
  if (marker === 0xffff && groups.slice(0, 5).every((group) => group === 0)) {
    return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
  }
  return formatIpv6(groups);
}

/**
 * Whether no client can be at this address: unspecified (`::`, `0.0.0.0` and the rest of its network), multicast,
 * broadcast. Text that is no address is unusable too.
 */
export function isUnusableAddress(address: string): boolean {
  const normalized = normalizeAddress(address);
  if (normalized === undefined) return true;
  if (normalized.includes(':')) return normalized === '::' || /^ff[0-9a-f]{2}:/.test(normalized);
  const first = Number.parseInt(normalized, 10);
  return first === 0 || (first >= 224 && first <= 239) || normalized === '255.255.255.255';
}

function endpoint(host: string, port: number): Endpoint | EndpointError {
  if (host === '0.0.0.0' || host === '::' || port < 1 || port > 65_535) return 'syntax';
  return { family: host.includes(':') ? 6 : 4, host, port };
}

/**
 * The argument of PORT: `h1,h2,h3,h4,p1,p2`, each at most 255. As Pure-FTPd accepts it: blanks or a plus sign may precede
 * a number, leading zeros are decimal, and what follows the sixth number is ignored. Whether the server may connect there
 * (to a foreign address, to a port below 1024) is for its policy to say.
 */
export function parsePort(argument: string): Endpoint | EndpointError {
  const numbers = PORT_ARGUMENT.exec(argument)?.[1]?.split(',').map(Number);
  if (!numbers?.every((number) => number <= 255)) return 'syntax';
  const [high = 0, low = 0] = numbers.slice(4);
  return endpoint(numbers.slice(0, 4).join('.'), high * 256 + low);
}

/**
 * The argument of EPRT: `<d>1<d>address<d>port<d>`, or `2` for IPv6. The delimiter is the first character, any
 * but a digit; what follows the last one is ignored. An IPv4 address may have commas in place of dots, and leading zeros.
 */
export function parseEprt(argument: string): Endpoint | EndpointError {
  const [delimiter] = argument;
  if (delimiter === undefined || DECIMAL.test(delimiter)) return 'syntax';
  const [, protocol, address, port, rest] = argument.split(delimiter, 5);
  if (protocol === undefined || address === undefined || port === undefined || rest === undefined) return 'syntax';
  if (protocol !== '' && !DECIMAL.test(protocol)) return 'syntax';
  const family = Number(protocol);
  if (family !== 1 && family !== 2) return 'family';
  if (!DECIMAL.test(port)) return 'syntax';
  const host =
    family === 2
      ? address.includes(':')
        ? normalizeAddress(address)
        : undefined
      : octets(address.split(address.includes(',') ? ',' : '.'), DECIMAL)?.join('.');
  return host === undefined ? 'syntax' : endpoint(host, Number(port));
}

function checkPort(port: number): void {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new RangeError(`Not a port: ${port}`);
}

/**
 * `h1,h2,h3,h4,p1,p2`, as the reply to PASV has it between parentheses.
 * @throws {RangeError} when `host` is not an IPv4 address or `port` not a port.
 */
export function formatPasv(host: string, port: number): string {
  checkPort(port);
  const normalized = normalizeAddress(host);
  if (normalized === undefined || normalized.includes(':')) throw new RangeError(`Not an IPv4 address: ${host}`);
  return `${normalized.replaceAll('.', ',')},${port >> 8},${port & 0xff}`;
}

/**
 * `(|||port|)`, as the reply to EPSV ends (RFC 2428 §3).
 * @throws {RangeError} when `port` is not a port.
 */
export function formatEpsv(port: number): string {
  checkPort(port);
  return `(|||${port}|)`;
}
