import { networkInterfaces } from 'node:os';

import { normalizeAddress } from '@pure-ftpd/protocol';

import { ADDRESS_BYTES } from './layout.ts';

/** An end of a connection. */
export interface SocketAddress {
  readonly family: 4 | 6;
  /** As getnameinfo(3) writes it: `192.0.2.77`, `2001:db8::77`, `::ffff:192.0.2.77`, `fe80::1%eth0`. */
  readonly address: string;
  readonly port: number;
}

const AF_INET = 2;
const AF_INET6 = 10;

function hextets(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

/** The eight groups of an IPv6 address as `normalizeAddress` writes it. */
function groupsOf(address: string): number[] {
  const [head = '', tail = ''] = address.split('::');
  const before = hextets(head);
  const after = hextets(tail);
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after];
}

function scopeNumber(scope: string): number {
  if (/^\d{1,9}$/.test(scope)) return Number(scope);
  return networkInterfaces()[scope]?.find((one) => one.family === 'IPv6' && one.scopeid !== 0)?.scopeid ?? 0;
}

function scopeName(scope: number): string {
  for (const [name, addresses = []] of Object.entries(networkInterfaces())) {
    if (addresses.some((one) => one.family === 'IPv6' && one.scopeid === scope)) return name;
  }
  return String(scope);
}

/**
 * `sockaddr_storage` of an address. An IPv4-mapped address of IPv6 becomes IPv4, as in C.
 * @param address As Node's sockets give it.
 * @returns 128 bytes; all zero (no family) for what is no address.
 */
export function encodeSocketAddress(address: string, port: number): Buffer {
  const bytes = Buffer.alloc(ADDRESS_BYTES);
  const [host = '', scope] = address.split('%');
  const normalized = normalizeAddress(host);
  if (normalized === undefined || !Number.isInteger(port) || port < 0 || port > 0xffff) return bytes;
  bytes.writeUInt16BE(port, 2);
  if (!normalized.includes(':')) {
    bytes.writeUInt16LE(AF_INET, 0);
    bytes.set(normalized.split('.').map(Number), 4);
    return bytes;
  }
  bytes.writeUInt16LE(AF_INET6, 0);
  for (const [index, group] of groupsOf(normalized).entries()) bytes.writeUInt16BE(group, 8 + 2 * index);
  if (scope !== undefined) bytes.writeUInt32LE(scopeNumber(scope), 24);
  return bytes;
}

function dotted(bytes: Buffer, at: number): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
}

/** As inet_ntop(3) of glibc: IPv4 in the last four bytes shows when nothing but zeros, or the mark of mapping, is before it. */
function ipv6Text(bytes: Buffer): string {
  const isZero = (from: number, to: number): boolean => bytes.subarray(from, to).every((byte) => byte === 0);
  if (isZero(0, 10) && bytes.readUInt16BE(10) === 0xffff) return `::ffff:${dotted(bytes, 12)}`;
  if (isZero(0, 12) && !isZero(12, 14)) return `::${dotted(bytes, 12)}`;
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(2 * index).toString(16));
  return normalizeAddress(groups.join(':')) ?? groups.join(':');
}

/** The address in a `sockaddr_storage` that begins at `from`; undefined when it is of another family than IPv4 and IPv6. */
export function decodeSocketAddress(bytes: Buffer, from = 0): SocketAddress | undefined {
  const family = bytes.readUInt16LE(from);
  const port = bytes.readUInt16BE(from + 2);
  if (family === AF_INET) return { family: 4, address: dotted(bytes, from + 4), port };
  if (family !== AF_INET6) return undefined;
  const address = ipv6Text(bytes.subarray(from + 8, from + 24));
  const scope = bytes.readUInt32LE(from + 24);
  if (scope === 0) return { family: 6, address, port };
  // Of the other scopes getnameinfo shows the number.
  const isLinkLocal = /^fe[89ab][0-9a-f]:|^ff[0-9a-f]2:/.test(address);
  return { family: 6, address: `${address}%${isLinkLocal ? scopeName(scope) : scope}`, port };
}
