import { spawnSync } from 'node:child_process';

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

test('gives the function what it was given, and can be put off or begun anew', () => {
  const calls: string[] = [];
  const call = callLater(2, (...given: string[]) => calls.push(given.join('+')), 'one', 'two');
  vi.advanceTimersByTime(1500);
  call.reset();
  vi.advanceTimersByTime(1500);
  expect(calls).toEqual([]);
  call.delay(10);
  vi.advanceTimersByTime(9999);
  expect(calls).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(calls).toEqual(['one+two']);
  call.reset();
  vi.advanceTimersByTime(60_000);
  expect(calls).toEqual(['one+two']);
  expect(call.cancelled).toBe(false);
});

test('what is called off stays so, also from within and after it was put off', () => {
  let calls = 0;
  const call = callEvery(1, () => {
    calls += 1;
    call.cancel();
  });
  vi.advanceTimersByTime(5000);
  expect(calls).toBe(1);
  expect(call.cancelled).toBe(true);
  call.delay(1);
  vi.advanceTimersByTime(5000);
  expect(calls).toBe(1);
});

test.each([-1, Number.NaN])('refuses %d seconds, and takes a time without end for a long one', (seconds) => {
  expect(() => callLater(seconds, () => undefined)).toThrow(RangeError);
  const call = vi.fn<() => void>();
  const later = callLater(Infinity, call);
  vi.advanceTimersByTime(1_000_000_000);
  expect(call).not.toHaveBeenCalled();
  later.cancel();
});

test('a function that throws, or rejects, is told of and ends nothing', async () => {
  const printed = vi.spyOn(console, 'error').mockReturnValue();
  let calls = 0;
  const call = callEvery(1, () => {
    calls += 1;
    throw new Error('broken');
  });
  callLater(1, () => Promise.reject(new Error('broken later')));
  await vi.advanceTimersByTimeAsync(2000);
  expect(calls).toBe(2);
  expect(printed.mock.calls.map(([text]) => text).toSorted(compare)).toEqual([
    'a function of callEvery has failed:',
    'a function of callEvery has failed:',
    'a function of callLater has failed:',
  ]);
  call.cancel();
});

test('keeps the program alive by itself, and does not when told so', () => {
  const timers = new URL('timers.ts', import.meta.url).href;
  const run = (after: string): string =>
    spawnSync(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { callLater } from '${timers}'; callLater(0.05, console.log, 'called')${after};`,
      ],
      { encoding: 'utf8' },
    ).stdout;
  expect(run('')).toBe('called\n');
  expect(run('.unref()')).toBe('');
});

function compare(one: unknown, other: unknown): number {
  return String(one) < String(other) ? -1 : 1;
}
