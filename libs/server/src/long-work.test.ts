import { setImmediate as nextTurn } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { TransferAborted } from './errors.ts';
import { LongWork } from './long-work.ts';

/** Computes for a slice. */
function toil(work: LongWork): void {
  while (!work.isDue);
}

test('is due when it has taken its time, and not after its turn', async () => {
  const work = new LongWork({ isAbandoned: false });
  expect(work.isDue).toBe(false);
  toil(work);
  expect(work.isDue).toBe(true);
  await work.turn();
  expect(work.isDue).toBe(false);
});

test('of many has one slice in each turn of the event loop, each in its turn', async () => {
  const done: string[] = [];
  let turns = 0;
  const over = new AbortController();
  const counting = (async () => {
    for (; !over.signal.aborted; turns += 1) await nextTurn();
  })();
  const workers = ['a', 'b', 'c'].map(async (name) => {
    const work = new LongWork({ isAbandoned: false });
    for (let slice = 0; slice < 4; slice += 1) {
      await work.turn();
      done.push(name);
      toil(work);
    }
  });
  await Promise.all(workers);
  over.abort();
  await counting;
  expect(done.join('')).toBe('abcabcabcabc');
  expect(turns).toBeGreaterThanOrEqual(done.length);
});

test('is ended where nobody is left to work for', async () => {
  const client = { isAbandoned: false };
  const work = new LongWork(client);
  await work.turn();
  client.isAbandoned = true;
  await expect(work.turn()).rejects.toThrow(TransferAborted);
  const names = Array.from({ length: 1000 }, () => 'x');
  toil(work);
  await expect(work.filter(names, () => true)).rejects.toThrow(TransferAborted);
});

const isOdd = (number: number): boolean => number % 2 === 1;

test('filters as arrays do', async () => {
  const numbers = Array.from({ length: 1000 }, (_, index) => index);
  expect(await new LongWork({ isAbandoned: false }).filter(numbers, isOdd)).toEqual(numbers.filter(isOdd));
});
