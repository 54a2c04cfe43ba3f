import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { FairQueue } from './fair-queue.ts';

function drain(queue: FairQueue<string>): string[] {
  const taken: string[] = [];
  for (let item = queue.take(); item !== undefined; item = queue.take()) taken.push(item);
  return taken;
}

test('sources are served in turn, their items in order', () => {
  const queue = new FairQueue<string>();
  for (const item of ['a1', 'a2', 'a3', 'a4', 'b1', 'c1', 'c2']) queue.add(item.charAt(0), item);
  expect(queue.peek()).toBe('a1');
  expect(drain(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3', 'a4']);
  expect(queue.peek()).toBeUndefined();
});

test('who has been served waits for all others, also for those who come later', () => {
  const queue = new FairQueue<string>();
  queue.add('a', 'a1');
  queue.add('a', 'a2');
  expect(queue.take()).toBe('a1');
  queue.add('b', 'b1');
  expect(drain(queue)).toEqual(['a2', 'b1']);
});

test('who leaves is not served, and is forgotten', () => {
  const queue = new FairQueue<string>();
  queue.add('a', 'a1');
  queue.add('b', 'b1');
  expect(queue.delete('a', 'a1')).toBe(true);
  expect(queue.delete('a', 'a1')).toBe(false);
  expect([queue.size, queue.sizeOf('a'), queue.sizeOf('b')]).toEqual([1, 0, 1]);
  expect(drain(queue)).toEqual(['b1']);
});

test('everything is served once, and nobody waits for more than one item of each other', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5), { maxLength: 60 }), (sources) => {
      const queue = new FairQueue<{ readonly source: string; readonly index: number }>();
      const items = sources.map((source, index) => ({ source: String(source), index }));
      for (const item of items) queue.add(item.source, item);
      expect(queue.size).toBe(items.length);
      const served: typeof items = [];
      for (let item = queue.take(); item !== undefined; item = queue.take()) served.push(item);
      expect(new Set(served)).toEqual(new Set(items));
      expect([served.length, queue.size]).toEqual([items.length, 0]);
      for (const source of new Set(items.map((item) => item.source))) {
        const own = served.filter((item) => item.source === source).map(({ index }) => index);
        expect(own).toEqual(own.toSorted((a, b) => a - b));
        // Its n-th item comes at the latest after n - 1 of its own and n of each other source.
        const others = new Set(sources).size - 1;
        served.forEach((item, place) => {
          if (item.source === source)
            expect(place).toBeLessThanOrEqual((own.indexOf(item.index) + 1) * (others + 1) - 1);
        });
      }
    }),
  );
});
