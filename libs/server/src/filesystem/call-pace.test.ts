import { expect, test } from 'vitest';

import { CallPace } from './call-pace.ts';

/** How many calls go through the pool before one is made at once again. */
function pooledCalls(pace: CallPace): number {
  let count = 0;
  while (!pace.atOnce()) count += 1;
  return count;
}

test('calls are made at once while they come back quickly', () => {
  const pace = new CallPace();
  for (let call = 0; call < 100; call++) {
    expect(pace.atOnce()).toBe(true);
    pace.took(0.3);
  }
});

test('after a slow call the next go through the pool, and more after each further one, up to a limit', () => {
  const pace = new CallPace();
  const counts = Array.from({ length: 12 }, () => {
    pace.took(20);
    return pooledCalls(pace);
  });
  expect(counts.slice(0, 4)).toEqual([4, 8, 16, 32]);
  expect(counts.at(-1)).toBe(1024);
});

test('a disk that has become quick is trusted again, a little more with each call', () => {
  const pace = new CallPace();
  for (let call = 0; call < 3; call++) pace.took(20);
  expect(pooledCalls(pace)).toBe(16);
  pace.took(0.1);
  pace.took(0.1);
  pace.took(20);
  expect(pooledCalls(pace)).toBe(8);
});
