import { array, assert, asyncProperty, constantFrom, string } from 'fast-check';
import { expect, test } from 'vitest';

import { compareNames } from './entries.ts';
import { sortNames } from './sort-names.ts';

test('any names are in byte order', async () => {
  const name = string({
    unit: constantFrom('a', 'B', '~', 'é', '\uDC80', '\uDCFF', '\uFFFD', '😀'),
    maxLength: 4,
  });
  await assert(
    asyncProperty(array(name, { maxLength: 200 }), async (names) => {
      expect(await sortNames(names)).toEqual(names.toSorted(compareNames));
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
  const sorted = await sortNames(names);
  clearInterval(others);
  expect(sorted).toEqual(names.toSorted(compareNames));
  expect(turns).toBeGreaterThan(0);
});
