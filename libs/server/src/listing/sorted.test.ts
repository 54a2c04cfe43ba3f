import { array, assert, asyncProperty, constantFrom, string } from 'fast-check';
import { expect, test } from 'vitest';

import { compareNames } from './entries.ts';
import { LongWork } from '../long-work.ts';
import { sorted, sortedNames } from './sorted.ts';

const work = (): LongWork => new LongWork({ isAbandoned: false });

test('any names are in byte order', async () => {
  const name = string({
    unit: constantFrom('a', 'B', '~', 'é', '\uDC80', '\uDCFF', '\uFFFD', '😀'),
    maxLength: 4,
  });
  await assert(
    asyncProperty(array(name, { maxLength: 200 }), async (names) => {
      expect(await sortedNames(names, work())).toEqual(names.toSorted(compareNames));
    }),
  );
});

test('many names are in byte order, and others have their turn meanwhile', async () => {
  const names = Array.from(
    { length: 20_001 },
    (_, index) => `${(index * 7919) % 20_001}${index % 3 === 0 ? '\uDCE9' : ''}`,
  );
  let turns = 0;
  const others = setInterval(() => (turns += 1), 0);
  const sorted = await sortedNames(names, work());
  clearInterval(others);
  expect(sorted).toEqual(names.toSorted(compareNames));
  expect(turns).toBeGreaterThan(0);
});

const byKey = (a: { key: number }, b: { key: number }): number => a.key - b.key;

test('anything is in order, what is equal in the order it had', async () => {
  const items = Array.from({ length: 10_000 }, (_, index) => ({ key: (index * 7919) % 100, index }));
  expect(await sorted(items, byKey, work())).toEqual(items.toSorted(byKey));
});
