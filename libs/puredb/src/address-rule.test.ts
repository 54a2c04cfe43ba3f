import { SocketAddress } from 'node:net';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeAddressList, isInNetwork, parseAddress, parseAddressRule } from './address-rule.ts';

test.each([
  ['2001:db8::/32', '[2001-db8--]/32'],
  ['2001:db8::77', '[2001-db8--77]'],
  ['[2001:db8::77]/64', '[2001-db8--77]/64'],
  ['192.0.2.0/24,::1,host.example', '192.0.2.0/24,[--1],host.example'],
  ['::ffff:192.0.2.1', '[--ffff-192.0.2.1]'],
  ['[2001-db8--]/32', '[2001-db8--]/32'],
  ['192.0.2.1', '192.0.2.1'],
  ['', ''],
  ['a:b', 'a:b'],
  ['[::1', '[::1'],
])('%s is stored as %s', (list, expected) => {
  expect(escapeAddressList(list)).toBe(expected);
});

const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
const groups = fc.tuple(group, group, group, group, group, group, group, group);

test('an IPv6 address is the number that its groups give, in every way to write it', () => {
  fc.assert(
    fc.property(groups, (groups) => {
      const full = groups.map((group) => group.toString(16)).join(':');
      const short = new SocketAddress({ address: full, family: 'ipv6' }).address;
      const value = groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n);
      const mapped = value >> 32n === 0xffffn;
      const expected = mapped ? { family: 4, value: BigInt.asUintN(32, value) } : { family: 6, value };
      expect(parseAddress(full)).toEqual(expected);
      expect(parseAddress(short)).toEqual(expected);
      expect(parseAddressRule(escapeAddressList(short))).toEqual(parseAddressRule(full));
    }),
  );
});

test('a network has exactly the addresses with its first bits', () => {
  const octet = fc.nat(255);
  fc.assert(
    fc.property(octet, octet, octet, octet, fc.integer({ min: 1, max: 32 }), fc.nat(31), (a, b, c, d, prefix, bit) => {
      const address = parseAddress(`${a}.${b}.${c}.${d}`);
      if (address === undefined) throw new Error('no address');
      const other = { family: 4, value: address.value ^ (1n << BigInt(31 - bit)) } as const;
      expect(isInNetwork(other, address, prefix)).toBe(bit >= prefix);
    }),
  );
});

test.each(['', 'host', '1.2.3', '1.2.3.4/8', '1.2.3.256', '::1::', '1:2:3:4:5:6:7:8:9', '[::1]'])(
  '"%s" is not the address of a socket',
  (text) => {
    expect(parseAddress(text)).toBeUndefined();
  },
);
