import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decodeSocketAddress, encodeSocketAddress } from './socket-address.ts';

describe('an address', () => {
  test('of IPv4 is laid out as the C programs have it', () => {
    const bytes = encodeSocketAddress('192.0.2.77', 57_189);
    expect(bytes.subarray(0, 8).toString('hex')).toBe('0200df65c000024d');
    expect(bytes.length).toBe(128);
    expect(bytes.subarray(8).every((byte) => byte === 0)).toBe(true);
  });

  test('of IPv6 is laid out as the C programs have it', () => {
    const bytes = encodeSocketAddress('2001:db8::77', 21);
    expect(bytes.subarray(0, 28).toString('hex')).toBe('0a0000150000000020010db800000000000000000000007700000000');
  });

  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:DB8:0:0:1::1', '2001:db8::1:0:0:1'],
    ['::', '::'],
    ['::1', '::1'],
    ['fe80::1%7', 'fe80::1%7'],
  ])('%s is read back as %s', (given, read) => {
    expect(decodeSocketAddress(encodeSocketAddress(given, 2121))?.address).toBe(read);
  });

  test.each(['', 'localhost', '1.2.3', '::1::', '1.2.3.4.5'])('%j is none', (text) => {
    expect(decodeSocketAddress(encodeSocketAddress(text, 21))).toBeUndefined();
  });

  test.each([-1, 65_536, 1.5])('port %d is none', (port) => {
    expect(decodeSocketAddress(encodeSocketAddress('192.0.2.1', port))).toBeUndefined();
  });

  test('that is mapped or compatible shows IPv4 in dots, as glibc does', () => {
    const bytes = encodeSocketAddress('::', 21);
    bytes.set([192, 0, 2, 1], 20);
    expect(decodeSocketAddress(bytes)?.address).toBe('::192.0.2.1');
    bytes.set([0xff, 0xff], 18);
    expect(decodeSocketAddress(bytes)?.address).toBe('::ffff:192.0.2.1');
  });

  test('with the scope of an interface shows its name', () => {
    const bytes = encodeSocketAddress('fe80::1', 21);
    bytes.writeUInt32LE(4_000_000_000, 24);
    expect(decodeSocketAddress(bytes)?.address).toBe('fe80::1%4000000000');
  });

  test('in any bytes is read without an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 128, maxLength: 128 }), fc.constantFrom(2, 10, 1, 0), (bytes, family) => {
        const buffer = Buffer.from(bytes);
        buffer.writeUInt16LE(family, 0);
        expect(decodeSocketAddress(buffer) === undefined).toBe(family !== 2 && family !== 10);
      }),
    );
  });
});
