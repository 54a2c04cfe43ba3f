import { expect, test } from 'vitest';

import { options } from './table.ts';

/** Those that are there more than once. */
function repeated(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}

test('no two options have a key of the configuration file, or a letter, in common', () => {
  expect(repeated(options.flatMap(({ keys }) => keys.map(({ name }) => name.toLowerCase())))).toEqual([]);
  expect(repeated(options.flatMap(({ short }) => short ?? []))).toEqual([]);
});

test('no two options differ in dashes alone', () => {
  expect(repeated(options.map(({ long }) => long.replaceAll('-', '')))).toEqual([]);
});
