import { expect, test } from 'vitest';

import { isTrusted } from './trusted.ts';

const ALICE = { uid: 1000, gid: 1000, groups: [100, 1000] };

test.each([
  [1000, true],
  [100, true],
  [0, false],
  [undefined, false],
])('with %j a member of 1000 and 100 is trusted: %j', (trustedGid, expected) => {
  expect(isTrusted(ALICE, trustedGid)).toBe(expected);
});

test('nobody is trusted for being in the group 0, unless it is the trusted one', () => {
  const root = { uid: 1, gid: 0, groups: [0] };
  expect(isTrusted(root, undefined)).toBe(false);
  expect(isTrusted(root, 0)).toBe(true);
});
