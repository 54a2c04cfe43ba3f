import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { SqlServer } from './configuration.ts';
import type { SqlConnection } from './connection.ts';
import { SqlPool } from './pool.ts';

const SERVER: SqlServer = {
  host: '127.0.0.1',
  port: 1,
  socketPath: undefined,
  user: 'u',
  password: undefined,
  database: undefined,
  tls: 'no',
  tlsCa: undefined,
};

/** A connection on which nothing is asked. */
class Quiet implements SqlConnection {
  isOpen = true;

  async value(): Promise<undefined> {
    return undefined;
  }

  destroy(): void {
    this.isOpen = false;
  }
}

let pool: SqlPool;
beforeEach(() => {
  vi.useFakeTimers();
  pool = new SqlPool({ connect: async () => new Quiet() }, SERVER, undefined);
});
afterEach(() => {
  pool.close();
  vi.useRealTimers();
});

function left(count: number): Quiet[] {
  const connections = Array.from({ length: count }, () => new Quiet());
  for (const connection of connections) pool.leave(connection);
  return connections;
}

function open(connections: readonly Quiet[]): number {
  return connections.filter(({ isOpen }) => isOpen).length;
}

test('sixteen connections are kept for others, and the next is closed', () => {
  const connections = left(17);
  expect(open(connections)).toBe(16);
  expect(connections.at(-1)?.isOpen).toBe(false);
});

test('each is closed after a minute in which nobody has needed it', () => {
  const [first, second] = left(2);
  vi.advanceTimersByTime(59_000);
  // The last that was left is the first that is taken: those of a burst go.
  expect(pool.takeIdle()).toBe(second);
  if (second !== undefined) pool.leave(second);
  vi.advanceTimersByTime(2000);
  expect([first?.isOpen, second?.isOpen]).toEqual([false, true]);
  vi.advanceTimersByTime(60_000);
  expect(second?.isOpen).toBe(false);
  expect(pool.takeIdle()).toBe(undefined);
});

test('a pool that is closed keeps none, and none that is left later', () => {
  const connections = left(3);
  pool.close();
  expect(open([...connections, ...left(1)])).toBe(0);
});
