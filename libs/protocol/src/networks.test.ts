import { expect, test } from 'vitest';

import { Networks } from './networks.ts';

test('addresses are in the networks that hold them, of either family', () => {
  const networks = new Networks(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32', '::1', '::ffff:198.51.100.0/120']);
  const inside = ['10.255.0.1', '192.0.2.7', '2001:db8:1::1', '::1', '198.51.100.9'];
  const outside = ['11.0.0.1', '192.0.2.8', '2001:db9::1', '::2', '198.51.101.9'];
  expect(inside.filter((address) => !networks.has(address))).toEqual([]);
  expect(outside.filter((address) => networks.has(address))).toEqual([]);
  expect(new Networks([]).has('10.0.0.1')).toBe(false);
  expect(new Networks(['0.0.0.0/0']).has('192.0.2.1')).toBe(true);
});

test.each([
  '',
  '10.0.0.0/33',
  '10.0.0.0/-1',
  '10.0.0.0/',
  '10.0.0.0/8/8',
  '10.0.0',
  '::/129',
  '::ffff:10.0.0.0/95',
  'a',
])('%j is no network', (text) => {
  expect(() => new Networks([text])).toThrow(`not a network: ${text}`);
});
