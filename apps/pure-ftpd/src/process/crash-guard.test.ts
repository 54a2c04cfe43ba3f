import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { CrashGuard } from './crash-guard.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('two crashes cost nothing, further ones in a row ever more, up to a minute', () => {
  const guard = new CrashGuard();
  const waits = Array.from({ length: 12 }, () => {
    guard.crashed('a', 10);
    return Math.round(guard.wait('a'));
  });
  expect(waits).toEqual([0, 0, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000, 60_000]);
  expect([guard.isHeldBack('a'), guard.isHeldBack('b')]).toEqual([true, false]);
  vi.advanceTimersByTime(60_000);
  expect(guard.isHeldBack('a')).toBe(false);
});

test('a process that has worked for a while is no failed start', () => {
  const guard = new CrashGuard();
  for (let crash = 0; crash < 5; crash += 1) guard.crashed('a', 10);
  guard.crashed('a', 60_000);
  expect(guard.isHeldBack('a')).toBe(false);
});
