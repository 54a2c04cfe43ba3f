import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatTimeRange, isWithinTimeRange, parseTimeRange, parseTimeRangeLeniently } from './time-range.ts';

const TIMES = ['0000', '0001', '0559', '0600', '0601', '0859', '0900', '1200', '1201', '1800', '1801', '2200', '2359'];

/** Noon of a summer day, moved to the given time of the process's own zone. */
function at(hhmm: string, seconds = 0): Date {
  return new Date(2026, 6, 1, Number(hhmm.slice(0, 2)), Number(hhmm.slice(2)), seconds);
}

test.each([
  ['900-1800', '0900 1200 1201 1800'],
  ['2200-600', '0000 0001 0559 0600 2200 2359'],
  ['0-0', '0000'],
  ['1200-1200', '1200'],
  ['0-2359', TIMES.join(' ')],
  ['2359-0', '0000 2359'],
  ['9999-9998', TIMES.join(' ')],
])('%s allows %s', (text, allowed) => {
  const range = parseTimeRange(text);
  if (range === undefined) throw new Error('malformed');
  expect(TIMES.filter((time) => isWithinTimeRange(range, at(time))).join(' ')).toBe(allowed);
});

test('both ends are allowed for their whole minute', () => {
  expect(isWithinTimeRange({ begin: 900, end: 1800 }, at('1800', 59))).toBe(true);
});

describe('what the server takes for a range', () => {
  test.each([' 900- 1800', '0900-1800 ', '00000900-1800'])('"%s"', (text) => {
    expect(parseTimeRange(text)).toEqual({ begin: 900, end: 1800 });
  });

  test.each([
    'abc',
    '0900',
    '900-',
    '-900',
    '900 -1800',
    '900--1800',
    '+900-1800',
    '0-2359xyz',
    '9999999999-1',
    '900-1800-1',
  ])('not "%s"', (text) => {
    expect(parseTimeRange(text)).toBeUndefined();
  });
});

// Each as the C pure-pw rewrote it.
test.each([
  [' 900- 1800', '900-1800'],
  ['+900-1800xyz', '900-1800'],
  ['4294968196-1800', '900-1800'],
  ['900-4294967296', '900-0'],
  ['2359-2359 ', '2359-2359'],
  ['900--1800', undefined],
  ['900 -1800', undefined],
  ['900-2400', undefined],
  ['0960-1800', undefined],
  ['99999999999999999999-1800', undefined],
  ['0', undefined],
  ['900-', undefined],
])('pure-pw reads "%s" as %s', (text, expected) => {
  const range = parseTimeRangeLeniently(text);
  expect(range === undefined ? undefined : formatTimeRange(range)).toBe(expected);
});

test('what was written is read back by both', () => {
  const minute = fc.tuple(fc.nat(23), fc.nat(59)).map(([hours, minutes]) => hours * 100 + minutes);
  fc.assert(
    fc.property(minute, minute, (begin, end) => {
      const text = formatTimeRange({ begin, end });
      expect(parseTimeRange(text)).toEqual({ begin, end });
      expect(parseTimeRangeLeniently(text)).toEqual({ begin, end });
    }),
  );
});
