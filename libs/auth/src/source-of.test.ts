import { expect, test } from 'vitest';

import { sourceOf } from './source-of.ts';

test.each([
  ['192.0.2.77', '192.0.2.77'],
  ['::ffff:192.0.2.77', '192.0.2.77'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['64:ff9b::192.0.2.77', '64:ff9b:0:0::/64'],
])('logins from %s count for %s', (address, source) => {
  expect(sourceOf(address)).toBe(source);
});
