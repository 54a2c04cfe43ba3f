import { SocketAddress, isIPv6 } from 'node:net';

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { formatEpsv, formatPasv, isUnusableAddress, normalizeAddress, parseEprt, parsePort } from './address.ts';

const OK = { family: 4, host: '127.0.0.1', port: 1029 };

describe('parsePort', () => {
  // As Pure-FTPd 1.0.50 decided on a running server.
  it.each([
    '127,0,0,1,4,5',
    ' 127,0,0,1,4,5',
    '127, 0,0,1,4,5',
    '127,0,0,1,4,5junk',
    '127,0,0,1,4,5,6',
    '+127,0,0,1,4,5',
    '0127,0,0,0001,4,5',
  ])('accepts %j', (argument) => {
    expect(parsePort(argument)).toEqual(OK);
  });

  it.each([
    '',
    '127,0,0,1,4',
    '127,0,0,1,4,',
    '127 ,0,0,1,4,5',
    '-1,0,0,1,4,5',
    '127,0,0,1,4,256',
    '0x7f,0,0,1,4,5',
    '127.0.0.1.4.5',
    '0,0,0,0,4,5',
    '127,0,0,1,0,0',
    '4294967423,0,0,1,4,5',
    '99999999999999999999,0,0,1,4,5',
  ])('refuses %j', (argument) => {
    expect(parsePort(argument)).toBe('syntax');
  });

  it('leaves ports below 1024 to the caller', () => {
    expect(parsePort('127,0,0,1,0,21')).toEqual({ ...OK, port: 21 });
  });

  it('reads what formatPasv writes', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 1, max: 65_535 }), (host, port) => {
        fc.pre(host !== '0.0.0.0');
        expect(parsePort(formatPasv(host, port))).toEqual({ family: 4, host, port });
      }),
    );
  });
});

describe('parseEprt', () => {
  it.each([
    '|1|127.0.0.1|1029|',
    '|1|127.0.0.1|1029|junk',
    '|1|127,0,0,1|1029|',
    '|1|127.0.0.1|01029|',
    '|01|0127.0.0.1|1029|',
    '!1!127.0.0.1!1029!',
    'a1a127.0.0.1a1029a',
    '|2|::ffff:127.0.0.1|1029|',
    '|2|::FFFF:7f00:1|1029|',
  ])('accepts %j', (argument) => {
    expect(parseEprt(argument)).toEqual(OK);
  });

  it.each([
    '',
    '|',
    '|1|127.0.0.1|5000',
    '|1|127.0.0.1|5000x|',
    ' |1|127.0.0.1|5000|',
    '|1|127.0.0.1|+5000|',
    '|1|127.0.0.1| 5000|',
    '|1|127.0.0.1|0|',
    '|1|127.0.0.1|65536|',
    '|1|127.1|5000|',
    '|1x|127.0.0.1|5000|',
    '|2|127.0.0.1|5000|',
    '|1|::1|5000|',
    '11127.0.0.115000',
    '|1||5000|',
    '|1|127.0.0.1||',
    '|2|zzz|5000|',
    '|1|127.0.0,1|5000|',
    '|2|[::1]|5000|',
    '|1|127.0.0.1 |5000|',
    '|1|0.0.0.0|5000|',
    '|2|::|5000|',
    '|2|fe80::1%eth0|5000|',
  ])('refuses %j', (argument) => {
    expect(parseEprt(argument)).toBe('syntax');
  });

  it.each(['|3|127.0.0.1|5000|', '||127.0.0.1|5000|', '|0|127.0.0.1|5000|'])('knows no family in %j', (argument) => {
    expect(parseEprt(argument)).toBe('family');
  });

  it('writes addresses in one way', () => {
    expect(parseEprt('|2|2001:DB8:0:0::0001|6000|')).toEqual({ family: 6, host: '2001:db8::1', port: 6000 });
  });
});

describe('normalizeAddress', () => {
  it.each([
    ['2001:0db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
    ['::', '::'],
    ['1::', '1::'],
    ['::1.2.3.4', '::102:304'],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
    ['0:0:0:0:0:ffff:10.0.0.1', '10.0.0.1'],
    ['10.0.0.1', '10.0.0.1'],
  ])('%s is %s', (given, normal) => {
    expect(normalizeAddress(given)).toBe(normal);
  });

  it.each([
    '',
    ':',
    ':::',
    '1:2:3',
    '1::2::3',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '12345::',
    'g::',
    '::1%lo',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '256.1.1.1',
    '1.2.3.4::',
    '::1.2.3.4:5',
    ' ::1',
    '0x7f.1',
    'localhost',
    `::${'0'.repeat(50)}1`,
  ])('%j is no address', (text) => {
    expect(normalizeAddress(text)).toBeUndefined();
  });

  it('agrees with the system on every IPv6 address', () => {
    const address = fc.oneof(
      fc.ipV6(),
      fc
        .array(fc.constantFrom('0', '1', 'ffff', 'a0'), { minLength: 8, maxLength: 8 })
        .map((groups) => groups.join(':')),
    );
    fc.assert(
      fc.property(address, (text) => {
        const normal = normalizeAddress(text) ?? '';
        const host = normal.includes(':') ? normal : `::ffff:${normal}`;
        expect(isIPv6(host)).toBe(true);
        expect(new SocketAddress({ address: host, family: 'ipv6' }).address).toBe(
          new SocketAddress({ address: text, family: 'ipv6' }).address,
        );
        expect(normalizeAddress(normal)).toBe(normal);
      }),
    );
  });
});

it('tells addresses no client can have', () => {
  const unusable = [
    '0.0.0.0',
    '0.1.2.3',
    '224.0.0.1',
    '239.255.255.255',
    '255.255.255.255',
    '::',
    'ff02::1',
    '::ffff:0.0.0.0',
    'x',
  ];
  const usable = ['127.0.0.1', '10.0.0.1', '223.255.255.255', '::1', 'fe80::1', '2001:db8::1'];
  expect(unusable.filter((address) => !isUnusableAddress(address))).toEqual([]);
  expect(usable.filter(isUnusableAddress)).toEqual([]);
});

it('writes the endpoints of PASV and EPSV', () => {
  expect(formatPasv('192.0.2.1', 50_001)).toBe('192,0,2,1,195,81');
  expect(formatEpsv(50_001)).toBe('(|||50001|)');
  expect(() => formatPasv('::1', 1)).toThrow(RangeError);
  expect(() => formatPasv('192.0.2.1', 0)).toThrow(RangeError);
  expect(() => formatEpsv(65_536)).toThrow(RangeError);
});
