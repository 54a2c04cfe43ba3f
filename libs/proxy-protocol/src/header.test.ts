import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { crc32c } from './crc32c.ts';
import type { ConnectionEnds } from './ends.ts';
import { HeaderReader, ProxyHeaderError } from './header-reader.ts';
import { headerV1, headerV2 } from './header-writer.ts';

const ENDS: ConnectionEnds = {
  source: { address: '192.0.2.9', port: 40_000 },
  destination: { address: '198.51.100.1', port: 21 },
};
const ENDS6: ConnectionEnds = {
  source: { address: '2001:db8::9', port: 40_000 },
  destination: { address: '2001:db8:0:1::', port: 990 },
};

/** Gives a reader what it wants of some bytes, at most so many at a time. @returns What it has left. */
function feed(reader: HeaderReader, bytes: Buffer, most = Infinity): Buffer {
  let rest = bytes;
  while (reader.wanted > 0 && rest.length > 0) {
    const count = Math.min(reader.wanted, most, rest.length);
    reader.push(rest.subarray(0, count));
    rest = rest.subarray(count);
  }
  return rest;
}

/** What a header says, when not a byte behind it is taken. */
function read(header: Buffer): ConnectionEnds | undefined {
  const found = [Infinity, 1, 2, 7].map((most) => {
    const reader = new HeaderReader();
    const rest = feed(reader, Buffer.concat([header, Buffer.from('USER x\r\n')]), most);
    expect([reader.wanted, rest.toString('latin1')]).toEqual([0, 'USER x\r\n']);
    return reader.ends;
  });
  expect(new Set(found.map((ends) => JSON.stringify(ends))).size).toBe(1);
  return found[0];
}

/** Why a header is refused, whether it comes at once or byte by byte. */
function refusal(header: Buffer | string): string {
  const reasons = [Infinity, 1].map((most) => {
    const reader = new HeaderReader();
    try {
      feed(reader, typeof header === 'string' ? Buffer.from(header, 'latin1') : header, most);
    } catch (error) {
      if (error instanceof ProxyHeaderError) return error.message;
      throw error;
    }
    return `more is wanted: ${reader.wanted}`;
  });
  expect(reasons[1]).toBe(reasons[0]);
  return reasons[0] ?? '';
}

/** A header of version 2, field by field. */
function v2(versionAndCommand: number, family: number, block: readonly number[], length = block.length): Buffer {
  const signature = headerV2().subarray(0, 12);
  return Buffer.concat([signature, Buffer.of(versionAndCommand, family, length >> 8, length & 0xff, ...block)]);
}

const BLOCK4 = [192, 0, 2, 9, 198, 51, 100, 1, 0x9c, 0x40, 0, 21];

describe('version 1', () => {
  test('says who has connected to what', () => {
    expect(headerV1(ENDS).toString()).toBe('PROXY TCP4 192.0.2.9 198.51.100.1 40000 21\r\n');
    expect(read(headerV1(ENDS))).toEqual(ENDS);
    expect(read(headerV1(ENDS6))).toEqual(ENDS6);
    expect(read(Buffer.from('PROXY TCP6 2001:DB8:0::0009 2001:db8:0:1:0:0:0:0 40000 990\r\n'))).toEqual(ENDS6);
    const longest =
      'PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:fff0 1111:1111:1111:1111:1111:1111:1111:1111 65535 65535';
    expect(refusal(`${longest}\r\n`)).toBe('no client can be at ffff:ffff:ffff:ffff:ffff:ffff:ffff:fff0');
    expect(read(Buffer.from(`${longest.replaceAll('f', 'a')}\r\n`))?.destination.port).toBe(65_535);
  });

  test('as the system writes an IPv4 address in an IPv6 one', () => {
    const line = Buffer.from('PROXY TCP6 ::ffff:192.0.2.9 ::ffff:198.51.100.1 40000 21\r\n');
    expect(read(line)).toEqual(ENDS);
  });

  test.each(['', ' ', ' a b c', ' \r\r \n x', ` ${'y'.repeat(91)}`])('UNKNOWN with %j says nothing', (rest) => {
    expect(read(Buffer.from(`PROXY UNKNOWN${rest}\r\n`))).toBeUndefined();
  });

  test.each([
    ['USER anonymous\r\n', 'what came is no header'],
    ['\x16\x03\x01\x02\x00', 'what came is no header'],
    ['PROXY TCP5 192.0.2.9 198.51.100.1 40000 21\r\n', 'what came is no header'],
    ['PROXY  TCP4 192.0.2.9 198.51.100.1 40000 21\r\n', 'what came is no header'],
    ['proxy TCP4 192.0.2.9 198.51.100.1 40000 21\r\n', 'what came is no header'],
    ['PROXY UNKNOWNX\r\n', 'what came is no header'],
    ['PROXY TCP4 \r\n....\r\n', 'the line is malformed'],
    ['PROXY TCP4 192.0.2.9 198.51.100.1 40000\r\n', 'the line is malformed'],
    ['PROXY TCP4 192.0.2.9  198.51.100.1 40000 21\r\n', 'the line is malformed'],
    ['PROXY TCP4 192.0.2.9 198.51.100.1 40000 21 \r\n', 'the line is malformed'],
    ['PROXY TCP4 192.0.2.9 198.51.100.1 40000 21 5\r\n', 'the line is malformed'],
    ['PROXY TCP4 192.0.2.9 198.51.100.1 40000 21\rX\r\n', 'the line is malformed'],
    ['PROXY TCP4 192.0.2.9 198.51.100.1 40000 21\nX\r\n', 'the line is malformed'],
    ['PROXY TCP4 192.0.2.9\0 198.51.100.1 40000 21\r\n', 'the line is malformed'],
    ['PROXY TCP4 192.0.2.9 198.51.100.1 040000 21\r\n', 'the line is malformed'],
    ['PROXY TCP4 192.0.2.9 198.51.100.1 -1 21\r\n', 'the line is malformed'],
    ['PROXY TCP4 192.0.2.9 198.51.100.1 65536 21\r\n', 'no port'],
    ['PROXY TCP4 192.0.2.9 198.51.100.1 1 99999\r\n', 'no port'],
    ['PROXY TCP4 192.0.2.256 198.51.100.1 40000 21\r\n', 'no address of TCP4'],
    ['PROXY TCP4 192.0.2.09 198.51.100.1 40000 21\r\n', 'no address of TCP4'],
    ['PROXY TCP4 192.0.2 198.51.100.1 40000 21\r\n', 'no address of TCP4'],
    ['PROXY TCP4 ::1 ::1 40000 21\r\n', 'no address of TCP4'],
    ['PROXY TCP6 192.0.2.9 ::1 40000 21\r\n', 'no address of TCP6'],
    ['PROXY TCP6 ::1 1:2 40000 21\r\n', 'no address of TCP6'],
    ['PROXY TCP4 0.0.0.0 198.51.100.1 40000 21\r\n', 'no client can be at 0.0.0.0'],
    ['PROXY TCP4 224.0.0.1 198.51.100.1 40000 21\r\n', 'no client can be at 224.0.0.1'],
    [`PROXY TCP4 ${'1'.repeat(200)}`, 'the header is too long'],
    [`PROXY UNKNOWN ${'1'.repeat(200)}`, 'the header is too long'],
    [`PROXY UNKNOWN ${'1'.repeat(92)}\r\n`, 'the header is too long'],
  ])('%j is refused', (text, reason) => {
    expect(refusal(text)).toBe(reason);
  });
});

describe('version 2', () => {
  test('says who has connected to what, whatever further fields it has', () => {
    expect(read(headerV2(ENDS))).toEqual(ENDS);
    expect(read(headerV2(ENDS6))).toEqual(ENDS6);
    expect(read(v2(0x21, 0x11, [...BLOCK4, 4, 0, 2, 0, 0, 0x30, 0, 0]))).toEqual(ENDS);
    const padding = Array.from({ length: 4096 - 16 - 12 - 3 }, () => 0);
    expect(read(v2(0x21, 0x11, [...BLOCK4, 4, padding.length >> 8, padding.length & 0xff, ...padding]))).toEqual(ENDS);
  });

  test('has the ends of two families in one', () => {
    expect(read(headerV2({ source: ENDS.source, destination: ENDS6.destination }))).toEqual({
      source: ENDS.source,
      destination: ENDS6.destination,
    });
    expect(headerV1({ source: ENDS6.source, destination: ENDS.destination }).toString()).toBe(
      'PROXY TCP6 2001:db8::9 ::ffff:198.51.100.1 40000 21\r\n',
    );
  });

  test.each([
    ['LOCAL', headerV2()],
    ['LOCAL with whatever follows', v2(0x20, 0xff, [1, 2, 3])],
    ['UNSPEC', v2(0x21, 0x00, [])],
    ['UNSPEC with whatever follows', v2(0x21, 0x00, [9, 9, 9])],
    ['datagrams', v2(0x21, 0x12, BLOCK4)],
    [
      'a local socket',
      v2(
        0x21,
        0x31,
        Array.from({ length: 216 }, () => 65),
      ),
    ],
  ])('of %s says nothing', (_, header) => {
    expect(read(header)).toBeUndefined();
  });

  test('has the checksum that it says', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
    const without = v2(0x21, 0x11, [...BLOCK4, 3, 0, 4, 0, 0, 0, 0]);
    const right = Buffer.from(without);
    right.writeUInt32BE(crc32c(without), without.length - 4);
    expect(read(right)).toEqual(ENDS);
    right[20] = 7;
    expect(refusal(right)).toBe('the checksum is wrong');
    expect(refusal(v2(0x21, 0x11, [...BLOCK4, 3, 0, 3, 0, 0, 0]))).toBe('no checksum');
  });

  test.each([
    ['another version', v2(0x11, 0x11, BLOCK4), 'version 1 is not known'],
    ['another version', v2(0x31, 0x11, BLOCK4), 'version 3 is not known'],
    ['another command', v2(0x22, 0x11, BLOCK4), 'command 2 is not known'],
    ['another family', v2(0x21, 0x41, BLOCK4), 'family and transport 41 are not known'],
    ['another transport', v2(0x21, 0x13, BLOCK4), 'family and transport 13 are not known'],
    ['addresses cut short', v2(0x21, 0x11, BLOCK4.slice(0, 11)), 'the addresses are cut short'],
    ['addresses of the other family', v2(0x21, 0x21, BLOCK4), 'the addresses are cut short'],
    ['a field cut short', v2(0x21, 0x11, [...BLOCK4, 4, 0]), 'a field is cut short'],
    ['a field longer than the header', v2(0x21, 0x11, [...BLOCK4, 4, 0, 9, 1]), 'a field is cut short'],
    ['more than may be', v2(0x21, 0x11, BLOCK4, 4081), 'the header is too long'],
    ['as much as can be said', v2(0x20, 0x00, [], 65_535), 'the header is too long'],
    ['no client', v2(0x21, 0x11, [0, 0, 0, 0, ...BLOCK4.slice(4)]), 'no client can be at 0.0.0.0'],
    ['a line end and a command', Buffer.from('\r\nUSER x\r\n'), 'what came is no header'],
  ])('with %s is refused', (_, header, reason) => {
    expect(refusal(header)).toBe(reason);
  });
});

describe('any bytes', () => {
  const header = fc.constantFrom(
    headerV1(ENDS),
    headerV1(ENDS6),
    headerV1(),
    headerV2(ENDS),
    headerV2(ENDS6),
    headerV2(),
  );

  test('of a header that is cut anywhere more is wanted, and no end is known', () => {
    fc.assert(
      fc.property(header, fc.nat(), (whole, cut) => {
        const reader = new HeaderReader();
        feed(reader, whole.subarray(0, cut % whole.length));
        expect(reader.wanted).toBeGreaterThan(0);
        expect(reader.wanted).toBeLessThanOrEqual(whole.length - reader.length);
        expect(reader.ends).toBeUndefined();
      }),
    );
  });

  test('of a header with other bytes in it are refused, or read, or more of them wanted, up to a limit', () => {
    fc.assert(
      fc.property(header, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), (whole, changes) => {
        const bytes = Buffer.concat([whole, Buffer.alloc(5000, 0x20)]);
        for (const [at, byte] of changes) bytes[at % whole.length] = byte;
        const reader = new HeaderReader();
        try {
          feed(reader, bytes);
          expect(reader.length).toBeLessThanOrEqual(4096);
          expect(reader.wanted).toBe(0);
        } catch (error) {
          expect(error).toBeInstanceOf(ProxyHeaderError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('what is written is read', () => {
    const port = fc.integer({ min: 0, max: 65_535 });
    const v4 = fc.ipV4().filter((address) => Number.parseInt(address, 10) % 224 > 0 && !address.startsWith('2'));
    const v6 = fc
      .tuple(fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 7, maxLength: 7 }))
      .map(([groups]) => `2001:${groups.map((group) => group.toString(16)).join(':')}`);
    fc.assert(
      fc.property(fc.oneof(v4, v6), fc.oneof(v4, v6), port, port, (from, to, sourcePort, port2) => {
        const ends = { source: { address: from, port: sourcePort }, destination: { address: to, port: port2 } };
        expect(read(headerV2(ends))).toEqual(read(headerV1(ends)));
        expect(read(headerV2(ends))?.source.port).toBe(sourcePort);
      }),
    );
  });

  test('no more is taken than is wanted, and nothing is written of what is no address', () => {
    expect(() => new HeaderReader().push(Buffer.alloc(16))).toThrow(RangeError);
    expect(() => headerV2({ ...ENDS, source: { address: 'a', port: 1 } })).toThrow('not an address: a');
    expect(() => headerV1({ ...ENDS, source: { address: '::1', port: 65_536 } })).toThrow('not a port: 65536');
  });
});
