// The sender of the PROXY protocol: proxy-protocol.txt of HAProxy, sections 2.1 and 2.2.
import { normalizeAddress } from '@pure-ftpd/protocol';

import { type ConnectionEnds, LOCAL, PROXY, SIGNATURE, TCP4, TCP6 } from './ends.ts';

/** Before an IPv4 address that is written as an IPv6 one. */
const MAPPED = '::ffff:';

/**
 * A header of version 1. Where the ends are of two families, both are written as IPv6 addresses.
 * @param ends Without them nothing is said of who has connected (`UNKNOWN`); some receivers refuse that.
 * @throws RangeError for what is no address or no port.
 */
export function headerV1(ends?: ConnectionEnds): Buffer {
  if (ends === undefined) return Buffer.from('PROXY UNKNOWN\r\n');
  const { family, source, destination } = checked(ends);
  return Buffer.from(`PROXY TCP${family} ${source} ${destination} ${ends.source.port} ${ends.destination.port}\r\n`);
}

/**
 * A header of version 2, without further fields.
 * @param ends Without them the connection is the sender's own (`LOCAL`).
 * @throws RangeError for what is no address or no port.
 */
export function headerV2(ends?: ConnectionEnds): Buffer {
  if (ends === undefined) return Buffer.concat([SIGNATURE, Buffer.of(LOCAL, 0, 0, 0)]);
  const { family, source, destination } = checked(ends);
  const ports = Buffer.alloc(4);
  ports.writeUInt16BE(ends.source.port, 0);
  ports.writeUInt16BE(ends.destination.port, 2);
  const block = Buffer.concat([bytesOf(source), bytesOf(destination), ports]);
  return Buffer.concat([SIGNATURE, Buffer.of(PROXY, family === 4 ? TCP4 : TCP6, 0, block.length), block]);
}

function checked({ source, destination }: ConnectionEnds): {
  readonly family: 4 | 6;
  readonly source: string;
  readonly destination: string;
} {
  const addresses = [source, destination].map(({ address, port }) => {
    const normal = normalizeAddress(address);
    if (normal === undefined) throw new RangeError(`not an address: ${address}`);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new RangeError(`not a port: ${port}`);
    return normal;
  });
  const family = addresses.some((address) => address.includes(':')) ? 6 : 4;
  const [from = '', to = ''] = addresses.map((address) =>
    family === 4 || address.includes(':') ? address : MAPPED + address,
  );
  return { family, source: from, destination: to };
}

/** An address in the order of the network: 4 bytes or 16. */
function bytesOf(address: string): Buffer {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number));
  if (address.startsWith(MAPPED)) {
    const mapped = bytesOf(address.slice(MAPPED.length));
    return Buffer.concat([Buffer.alloc(10), Buffer.of(0xff, 0xff), mapped]);
  }
  const [head = '', tail] = address.split('::');
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  const bytes = Buffer.alloc(16);
  for (const [index, group] of before.entries()) bytes.writeUInt16BE(group, 2 * index);
  for (const [index, group] of after.entries()) bytes.writeUInt16BE(group, 16 - 2 * (after.length - index));
  return bytes;
}

function groupsOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
