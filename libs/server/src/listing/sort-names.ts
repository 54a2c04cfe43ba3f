import { setImmediate as nextTurn } from 'node:timers/promises';

import { compareNames } from './entries.ts';

/** Names sorted, or merged, before other sessions have their turn: one or two milliseconds' worth. */
const AT_ONCE = 4096;

const SURROGATE = /[\uD800-\uDFFF]/;

/** Names in byte order, as {@link compareNames} has it, with a turn for other sessions now and then. */
export async function sortNames(names: readonly string[]): Promise<string[]> {
  if (names.length <= AT_ONCE) return sortAtOnce(names);
  // Without surrogates byte order is that of UTF-16, which is quick to tell.
  const isPlain = !names.some((name) => SURROGATE.test(name));
  const isBefore = isPlain ? (a: string, b: string) => a < b : (a: string, b: string) => compareNames(a, b) < 0;
  let runs: string[][] = [];
  for (let at = 0; at < names.length; at += AT_ONCE) {
    runs.push(sortAtOnce(names.slice(at, at + AT_ONCE)));
    await nextTurn();
  }
  while (runs.length > 1) {
    const merged: string[][] = [];
    for (let at = 0; at < runs.length; at += 2) merged.push(await merge(runs[at] ?? [], runs[at + 1] ?? [], isBefore));
    runs = merged;
  }
  return runs[0] ?? [];
}

function sortAtOnce(names: readonly string[]): string[] {
  return names.some((name) => SURROGATE.test(name)) ? names.toSorted(compareNames) : names.toSorted();
}

async function merge(
  left: readonly string[],
  right: readonly string[],
  isBefore: (a: string, b: string) => boolean,
): Promise<string[]> {
  if (right.length === 0) return [...left];
  const merged: string[] = [];
  let at = 0;
  for (const name of left) {
    for (let next = right[at]; next !== undefined && isBefore(next, name); next = right[at]) {
      at += 1;
      merged.push(next);
    }
    merged.push(name);
    if (merged.length % AT_ONCE === 0) await nextTurn();
  }
  for (; at < right.length; at += 1) merged.push(right[at] ?? '');
  return merged;
}
