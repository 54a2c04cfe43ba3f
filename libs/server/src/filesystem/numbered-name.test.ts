import { assert, integer, property, uniqueArray } from 'fast-check';
import { expect, test } from 'vitest';

import { freeNumber } from './numbered-name.ts';

test('the first number that is free, as long as it is small', () => {
  assert(
    property(uniqueArray(integer({ min: 1, max: 70 }), { maxLength: 63 }), (taken) => {
      const all = new Set(taken);
      const found = freeNumber((number) => all.has(number));
      expect(all.has(found)).toBe(false);
      for (let number = 1; number < found; number += 1) expect(all.has(number)).toBe(true);
    }),
  );
});

test('the first number behind very many, after few looks', () => {
  assert(
    property(integer({ min: 64, max: 10_000_000 }), (last) => {
      let looks = 0;
      const found = freeNumber((number) => {
        looks += 1;
        return number <= last;
      });
      expect(found).toBe(last + 1);
      expect(looks).toBeLessThan(120);
    }),
  );
});
