// The receiver of the PROXY protocol: proxy-protocol.txt of HAProxy, sections 2.1 and 2.2.
import { isUnusableAddress, normalizeAddress } from '@pure-ftpd/protocol';

import { crc32c } from './crc32c.ts';
import { type ConnectionEnds, LOCAL, PROXY, SIGNATURE, type SocketAddress, TCP4, TCP6 } from './ends.ts';

/** What is no header, or not one that may be believed. The message says what is wrong with it. */
export class ProxyHeaderError extends Error {
  override readonly name = 'ProxyHeaderError';
  readonly code = 'PROXY_HEADER';
}

/** The shortest line there is, `PROXY UNKNOWN` and its end, and the longest. */
const SHORTEST_V1 = 15;
const LONGEST_V1 = 107;

/** What lines begin with. */
const BEGINNINGS_V1 = ['PROXY TCP4 ', 'PROXY TCP6 ', 'PROXY UNKNOWN '];

/** The end of a line may be there in place of the blank. */
const UNKNOWN = 'PROXY UNKNOWN';

const LINE_V1 = /^PROXY (TCP4|TCP6) ([0-9a-fA-F.:]+) ([0-9a-fA-F.:]+) (0|[1-9]\d{0,4}) (0|[1-9]\d{0,4})\r\n$/;

/** Of version 2, what stands before the addresses; and the whole header with all it may have behind them. */
const FIXED_V2 = 16;
const LONGEST_V2 = 4096;

/** The highest family and transport there are: AF_UNIX, and datagrams. */
const LAST_FAMILY = 3;
const LAST_TRANSPORT = 2;

/** The types of further fields that mean something here. */
const TYPE_CRC32C = 0x03;

/** Reads one header, in whatever pieces it comes. */
export class HeaderReader {
  #bytes: Buffer = Buffer.alloc(0);
  #ends: ConnectionEnds | undefined;
  #wanted = SHORTEST_V1;

  /** Bytes that belong to the header for certain and have not come yet; 0 when it is whole. */
  get wanted(): number {
    return this.#wanted;
  }

  /** How many bytes of it have come. */
  get length(): number {
    return this.#bytes.length;
  }

  /** Who has connected to what, when the header is whole; undefined where the ends of the connection itself hold. */
  get ends(): ConnectionEnds | undefined {
    return this.#ends;
  }

  /**
   * Takes the next bytes.
   * @throws ProxyHeaderError as soon as they cannot be those of a header; RangeError for more of them than are wanted.
   */
  push(bytes: Uint8Array): void {
    if (bytes.length > this.#wanted) throw new RangeError('more bytes than are wanted');
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    this.#wanted = this.#bytes[0] === SIGNATURE[0] ? this.#continueV2() : this.#continueV1();
  }

  #continueV1(): number {
    const line = this.#bytes.toString('latin1');
    const begins = BEGINNINGS_V1.some((text) => text.startsWith(line.slice(0, text.length)));
    const endsEarly = line.startsWith(UNKNOWN) && line[UNKNOWN.length] === '\r';
    if (!begins && !endsEarly) throw new ProxyHeaderError('what came is no header');
    if (line.length >= SHORTEST_V1 && line.endsWith('\r\n')) {
      this.#ends = line.startsWith(UNKNOWN) ? undefined : endsOfLine(line);
      return 0;
    }
    const wanted = Math.max(SHORTEST_V1 - line.length, line.endsWith('\r') ? 1 : 2);
    if (line.length + wanted > LONGEST_V1) throw new ProxyHeaderError('the header is too long');
    return wanted;
  }

  #continueV2(): number {
    const { length } = this.#bytes;
    const known = Math.min(length, SIGNATURE.length);
    if (!this.#bytes.subarray(0, known).equals(SIGNATURE.subarray(0, known)))
      throw new ProxyHeaderError('what came is no header');
    if (length > SIGNATURE.length) requireCommand(this.#bytes[SIGNATURE.length] ?? 0);
    if (length < FIXED_V2) return FIXED_V2 - length;
    const whole = FIXED_V2 + this.#bytes.readUInt16BE(14);
    if (whole > LONGEST_V2) throw new ProxyHeaderError('the header is too long');
    if (length === whole) this.#ends = endsOfBlock(this.#bytes);
    return whole - length;
  }
}

function requireCommand(versionAndCommand: number): void {
  if (versionAndCommand >> 4 !== 2) throw new ProxyHeaderError(`version ${versionAndCommand >> 4} is not known`);
  if (versionAndCommand !== LOCAL && versionAndCommand !== PROXY)
    throw new ProxyHeaderError(`command ${versionAndCommand & 0xf} is not known`);
}

/** Of a line of version 1, its end included. */
function endsOfLine(line: string): ConnectionEnds {
  const [, family, source = '', destination = '', sourcePort = '', destinationPort = ''] = LINE_V1.exec(line) ?? [];
  if (family === undefined) throw new ProxyHeaderError('the line is malformed');
  return usable({
    source: endOfText(family, source, sourcePort),
    destination: endOfText(family, destination, destinationPort),
  });
}

function endOfText(family: string, text: string, port: string): SocketAddress {
  const address = text.includes(':') === (family === 'TCP6') ? normalizeAddress(text) : undefined;
  if (address === undefined) throw new ProxyHeaderError(`no address of ${family}`);
  if (Number(port) > 65_535) throw new ProxyHeaderError('no port');
  return { address, port: Number(port) };
}

/** Of a whole header of version 2. Of a LOCAL one nothing is looked at. */
function endsOfBlock(header: Buffer): ConnectionEnds | undefined {
  if (header[12] === LOCAL) return undefined;
  const familyAndTransport = header[13] ?? 0;
  if (familyAndTransport >> 4 > LAST_FAMILY || (familyAndTransport & 0xf) > LAST_TRANSPORT)
    throw new ProxyHeaderError(`family and transport ${familyAndTransport.toString(16)} are not known`);
  const bytes = familyAndTransport === TCP4 ? 4 : familyAndTransport === TCP6 ? 16 : undefined;
  // Of what is not TCP nothing can be used: it is as if nothing were known.
  if (bytes === undefined) return undefined;
  const ports = FIXED_V2 + 2 * bytes;
  if (header.length < ports + 4) throw new ProxyHeaderError('the addresses are cut short');
  requireFields(header, ports + 4);
  const end = (at: number, port: number): SocketAddress => ({
    address: addressOf(header.subarray(at, at + bytes)),
    port: header.readUInt16BE(port),
  });
  return usable({ source: end(FIXED_V2, ports), destination: end(FIXED_V2 + bytes, ports + 2) });
}

function addressOf(bytes: Buffer): string {
  const text = bytes.length === 4 ? bytes.join('.') : (bytes.toString('hex').match(/.{4}/g) ?? []).join(':');
  return normalizeAddress(text) ?? '';
}

/** Further fields, each a type, a length and so many bytes, up to the end of the header. */
function requireFields(header: Buffer, from: number): void {
  for (let at = from; at < header.length;) {
    const length = at + 3 <= header.length ? header.readUInt16BE(at + 1) : 0;
    const next = at + 3 + length;
    if (next > header.length) throw new ProxyHeaderError('a field is cut short');
    if (header[at] === TYPE_CRC32C) requireChecksum(header, at + 3, length);
    at = next;
  }
}

/** Of the header with zeros in place of the checksum. */
function requireChecksum(header: Buffer, at: number, length: number): void {
  const copy = Buffer.from(header);
  if (length !== 4) throw new ProxyHeaderError('no checksum');
  copy.writeUInt32BE(0, at);
  if (header.readUInt32BE(at) !== crc32c(copy)) throw new ProxyHeaderError('the checksum is wrong');
}

function usable(ends: ConnectionEnds): ConnectionEnds {
  if (isUnusableAddress(ends.source.address)) throw new ProxyHeaderError(`no client can be at ${ends.source.address}`);
  return ends;
}
