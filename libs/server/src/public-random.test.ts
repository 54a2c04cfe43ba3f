import { expect, test } from 'vitest';

import { publicRandomBytes } from './public-random.ts';

test('random bytes are never handed out twice', () => {
  const seen = new Set(Array.from({ length: 5000 }, () => publicRandomBytes(8).toString('hex')));
  expect(seen.size).toBe(5000);
  expect(publicRandomBytes(100)).toHaveLength(100);
});

test('what was handed out does not change', () => {
  const bytes = publicRandomBytes(16);
  const before = Buffer.from(bytes);
  for (let count = 0; count < 1000; count += 1) publicRandomBytes(16);
  expect(bytes).toEqual(before);
});
