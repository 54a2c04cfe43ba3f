import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { HandshakeLimit } from './handshake-limit.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

const nobody = (): void => undefined;

test('there are so many places in all, and so many for one address', () => {
  const limit = new HandshakeLimit(3, 2);
  const leave = limit.enter('a', nobody);
  expect(limit.enter('a', nobody)).toBeDefined();
  expect(limit.enter('a', nobody)).toBeUndefined();
  expect(limit.enter('b', nobody)).toBeDefined();
  expect(limit.enter('c', nobody)).toBeUndefined();
  leave?.();
  leave?.();
  expect(limit.total).toBe(2);
  expect(limit.enter('c', nobody)).toBeDefined();
});

test('the oldest makes room once it has had its time: of the same address where that has too many, else of all', () => {
  const limit = new HandshakeLimit(3, 2);
  const gaveUp: string[] = [];
  const enter = (address: string, name: string): boolean =>
    limit.enter(address, () => void gaveUp.push(name)) !== undefined;
  expect([enter('b', 'b1'), enter('a', 'a1'), enter('a', 'a2')]).toEqual([true, true, true]);
  vi.advanceTimersByTime(249);
  expect([enter('a', 'a3'), enter('c', 'c1')]).toEqual([false, false]);
  vi.advanceTimersByTime(1);
  expect(enter('a', 'a3')).toBe(true);
  expect(gaveUp).toEqual(['a1']);
  expect(enter('c', 'c1')).toBe(true);
  expect(gaveUp).toEqual(['a1', 'b1']);
  expect(limit.total).toBe(3);
});

test('without a limit all have a place', () => {
  const limit = new HandshakeLimit(0, 0);
  for (let count = 0; count < 1000; count++) expect(limit.enter('a', nobody)).toBeDefined();
});
