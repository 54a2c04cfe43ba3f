import { expect, test } from 'vitest';

import { options } from './table.ts';

test('no two options differ in dashes alone', () => {
  const names = options.map(({ long }) => long.replaceAll('-', ''));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
