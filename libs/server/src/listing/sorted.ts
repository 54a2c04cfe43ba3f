import type { LongWork } from '../long-work.ts';
import { compareNames } from './entries.ts';

/** Items that are sorted at once: one or two milliseconds' worth. */
const AT_ONCE = 4096;

/** Items that are merged between two looks at the clock. */
const ITEMS_A_LOOK = 256;

const SURROGATE = /[\uD800-\uDFFF]/;

/** How items are ordered. */
interface Order<T extends string | object> {
  /** Puts a few in order. */
  readonly sort: (items: readonly T[]) => T[];
  /** Whether the first has to stand before the second. */
  readonly isBefore: (a: T, b: T) => boolean;
}

/** Names in byte order, as {@link compareNames} has it, with a turn for other sessions now and then. */
export function sortedNames(names: readonly string[], work: LongWork): Promise<string[]> {
  // Without surrogates byte order is that of UTF-16, which is quick to tell.
  if (names.some((name) => SURROGATE.test(name))) return sorted(names, compareNames, work);
  return inOrder(names, { sort: (some) => some.toSorted(), isBefore: (a, b) => a < b }, work);
}

/** As the method of arrays, with a turn for other sessions now and then. */
export function sorted<T extends string | object>(
  items: readonly T[],
  compare: (a: T, b: T) => number,
  work: LongWork,
): Promise<T[]> {
  return inOrder(items, { sort: (some) => some.toSorted(compare), isBefore: (a, b) => compare(a, b) < 0 }, work);
}

async function inOrder<T extends string | object>(items: readonly T[], order: Order<T>, work: LongWork): Promise<T[]> {
  if (items.length <= AT_ONCE) return order.sort(items);
  let runs: T[][] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) {
    runs.push(order.sort(items.slice(at, at + AT_ONCE)));
    if (work.isDue) await work.turn();
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let at = 0; at < runs.length; at += 2) {
      const [left = [], right = []] = runs.slice(at, at + 2);
      merged.push(await merge(left, right, order, work));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

async function merge<T extends string | object>(
  left: readonly T[],
  right: readonly T[],
  order: Order<T>,
  work: LongWork,
): Promise<T[]> {
  const merged: T[] = [];
  let at = 0;
  for (const [index, item] of left.entries()) {
    while (at < right.length) {
      const next = right[at];
      if (next === undefined || !order.isBefore(next, item)) break;
      merged.push(next);
      at += 1;
      if (at % ITEMS_A_LOOK === 0 && work.isDue) await work.turn();
    }
    merged.push(item);
    if (index % ITEMS_A_LOOK === 0 && work.isDue) await work.turn();
  }
  return merged.concat(right.slice(at));
}
