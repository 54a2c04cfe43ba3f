import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { callEvery, callLater } from './timers.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('calls once, after so many seconds, unless it is called off', () => {
  const calls: string[] = [];
  callLater(2, () => calls.push('kept'));
  callLater(2, () => calls.push('called off')).cancel();
  vi.advanceTimersByTime(1999);
  expect(calls).toEqual([]);
  vi.advanceTimersByTime(10_000);
  expect(calls).toEqual(['kept']);
});

test('calls every so many seconds, until it is called off', () => {
  let calls = 0;
  const call = callEvery(0.5, () => {
    calls += 1;
  });
  vi.advanceTimersByTime(1600);
  expect(calls).toBe(3);
  call.cancel();
  vi.advanceTimersByTime(10_000);
  expect(calls).toBe(3);
});
