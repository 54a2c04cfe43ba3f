import { expect, test } from 'vitest';

import { bytesForPeople, durationForPeople, kilobytesForPeople, rateForPeople } from './units.ts';

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.00 KiB'],
  [14_900_000, '14.2 MiB'],
  [104_857_600, '100 MiB'],
  [1023.9 * 2 ** 20, '1.00 GiB'],
  [2 ** 63, '8.00 EiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(bytesForPeople(bytes)).toBe(text);
});

test.each([
  [0, '0 s'],
  [59, '59 s'],
  [60, '1 min'],
  [200, '3 min 20 s'],
  [7500, '2 h 5 min'],
  [356_400, '4 d 3 h'],
])('%d seconds are %s', (seconds, text) => {
  expect(durationForPeople(seconds)).toBe(text);
});

test('rates and kilobytes have their units and groups of digits', () => {
  expect(rateForPeople(2048)).toBe('2.00 KiB/s');
  expect(kilobytesForPeople(134_742_016n)).toBe('131,584');
});
