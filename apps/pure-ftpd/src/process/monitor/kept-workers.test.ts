import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { KeptWorkers } from './kept-workers.ts';

const MINUTE = 60_000;
const SIZE = 40;

let closed: number[];

function worker(pid: number): { readonly pid: number; close(): void } {
  return { pid, close: () => void closed.push(pid) };
}

beforeEach(() => {
  vi.useFakeTimers();
  closed = [];
});
afterEach(() => vi.useRealTimers());

test('workers are kept for an hour while there is memory for them, those that were idle for longest go first', () => {
  const kept = new KeptWorkers(100, () => SIZE);
  for (const pid of [1, 2, 3]) kept.keep(worker(pid));
  vi.advanceTimersByTime(MINUTE - 1);
  expect(closed).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(closed).toEqual([1]);
  vi.advanceTimersByTime(59 * MINUTE - 1);
  expect(closed).toEqual([1]);
  vi.advanceTimersByTime(1);
  expect(closed).toEqual([1, 2, 3]);
  expect(kept.isEmpty).toBe(true);
});

test('one that is too large to be kept goes after a minute', () => {
  const kept = new KeptWorkers(SIZE - 1, () => SIZE);
  kept.keep(worker(1));
  vi.advanceTimersByTime(MINUTE);
  expect(closed).toEqual([1]);
});

test('one that is of use again is kept no more, and begins anew', () => {
  const kept = new KeptWorkers(100, () => SIZE);
  const own = worker(1);
  kept.keep(own);
  vi.advanceTimersByTime(30 * MINUTE);
  kept.use(own);
  vi.advanceTimersByTime(60 * MINUTE);
  expect(closed).toEqual([]);
  kept.keep(own);
  vi.advanceTimersByTime(60 * MINUTE - 1);
  expect(closed).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(closed).toEqual([1]);
});

test('there are never more than sixteen, and one more worker may take the place of one', () => {
  const kept = new KeptWorkers(1e9, () => SIZE);
  for (let pid = 1; pid <= 17; pid += 1) kept.keep(worker(pid));
  expect(closed).toEqual([1]);
  kept.closeOldest();
  expect(closed).toEqual([1, 2]);
});
