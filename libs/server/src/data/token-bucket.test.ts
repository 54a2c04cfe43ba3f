import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { TokenBucket } from './token-bucket.ts';

test('lets through the rate, whatever the rate and however late its timers are', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2_000_000_000 }),
      fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 20 }),
      (rate, delays) => {
        let now = 1000;
        const bucket = new TokenBucket(rate, () => now);
        let moved = 0;
        for (let step = 0; now < 61_000; step += 1) {
          const taken = bucket.take(1_000_000_000);
          moved += taken;
          if (taken === 0) now += bucket.millisecondsUntil(1_000_000_000) + (delays[step % delays.length] ?? 0);
        }
        // An exact minute, less the piece that is not complete, and no more than a quarter of a second lost to lateness.
        expect(moved).toBeLessThanOrEqual((rate * (now - 1000)) / 1000);
        expect(moved).toBeGreaterThan(rate * 59.7 - 1);
      },
    ),
    { numRuns: 50 },
  );
});

test('moves pieces of a twentieth of a second, and what was missed is not made up for beyond a quarter', () => {
  let now = 0;
  const bucket = new TokenBucket(100_000, () => now);
  expect(bucket.take(1_000_000)).toBe(0);
  expect(bucket.millisecondsUntil(1_000_000)).toBe(50);
  now = 50;
  expect(bucket.take(1_000_000)).toBe(5000);
  now = 60_000;
  expect(bucket.take(10)).toBe(10);
  expect(bucket.take(1_000_000)).toBe(24_990);
  expect(bucket.take(1)).toBe(0);
});

test('refuses a rate that lets nothing through', () => {
  for (const rate of [0, -1, Number.NaN]) expect(() => new TokenBucket(rate)).toThrow(RangeError);
});
