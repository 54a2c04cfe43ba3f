import { expect, test } from 'vitest';
import { chosenRows, ROWS, SETS } from './index.ts';

test('rows are chosen by name and by set, each once', () => {
  expect(chosenRows('tls_stor,tls').map(({ name }) => name)).toEqual(['tls_stor', 'tls_retr', 'tls_logins']);
  expect(chosenRows(undefined)).toBe(ROWS);
  expect(() => chosenRows('retr,nothing')).toThrow(/no row nothing: there are transfers,/);
});

test('a name means one row or one set', () => {
  const names = [...Object.keys(SETS), ...ROWS.map(({ name }) => name)];
  expect(new Set(names).size).toBe(names.length);
});
