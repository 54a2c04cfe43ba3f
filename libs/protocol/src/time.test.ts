import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { formatTimestamp, ListDates, parseLooseTimestamp, parseTimestamp } from './time.ts';

const DAY = 86_400_000;
const anyTime = fc.integer({ min: Date.UTC(1900, 0), max: Date.UTC(2100, 0) });

describe('formatTimestamp', () => {
  it('writes UTC, with milliseconds when asked', () => {
    expect(formatTimestamp(Date.UTC(2026, 10, 21, 1, 2, 3, 45))).toBe('20261121010203');
    expect(formatTimestamp(Date.UTC(2026, 10, 21, 1, 2, 3, 45), { fraction: true })).toBe('20261121010203.045');
    expect(formatTimestamp(-0.5)).toBe('19691231235959');
    expect(formatTimestamp(1e300)).toBe('99991231235959');
    expect(formatTimestamp(-1e300)).toBe('00000101000000');
  });

  it('is what parseTimestamp reads', () => {
    fc.assert(
      fc.property(anyTime, (ms) => {
        expect(parseTimestamp(formatTimestamp(ms, { fraction: true }))).toBe(ms);
      }),
    );
  });
});

describe('parseTimestamp', () => {
  it('takes fourteen digits and a fraction', () => {
    expect(parseTimestamp('20240229235959')).toBe(Date.UTC(2024, 1, 29, 23, 59, 59));
    expect(parseTimestamp('20240229235959.5')).toBe(Date.UTC(2024, 1, 29, 23, 59, 59, 500));
    expect(parseTimestamp('20240229235959.1239')).toBe(Date.UTC(2024, 1, 29, 23, 59, 59, 123));
    expect(parseTimestamp('20161231235960')).toBe(Date.UTC(2017, 0, 1));
    expect(parseTimestamp('00990101000000')).toBe(-59_042_995_200_000);
  });

  it.each([
    '',
    '2024',
    '20230229000000',
    '20240001000000',
    '20241301000000',
    '20240100000000',
    '20240431000000',
    '20240101240000',
    '20240101006000',
    '20240101000061',
    '20240101000000.',
    ' 20240101000000',
    '20240101000000 ',
    '202401010000001',
    '2024010100000x',
  ])('refuses %j', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });
});

describe('parseLooseTimestamp', () => {
  // What MDTM of Pure-FTPd 1.0.50 said after MFMT with the time.
  it.each([
    ['20200102030405', '20200102030405'],
    ['202001020304', '20200102030400'],
    ['2020010203', '20200102030000'],
    ['202001', '20191231000000'],
    ['2020010', '20191231000000'],
    ['20200102030', '20200102030000'],
    ['20201302030405', '20210102030405'],
    ['20200102030405.123', '20200102030405'],
    ['2020010203040599', '20200102030405'],
    ['20200102030405x', '20200102030405'],
    ['20209999999999', '20280611044039'],
    ['20200132256199', '20200202020239'],
    ['20190229000000', '20190301000000'],
    ['19691231235958', '19691231235958'],
  ])('reads %s as %s', (text, time) => {
    expect(formatTimestamp(parseLooseTimestamp(text) ?? 0)).toBe(time);
  });

  it.each([
    '',
    '2020',
    '2020x1',
    'x20200102030405',
    '+20200102030405',
    '-20200102030405',
    '19000102030405',
    '190001020304',
    '19691231235959',
    '20200002030405',
    ' 20200102030405',
  ])('refuses %j', (text) => {
    expect(parseLooseTimestamp(text)).toBeUndefined();
  });
});

describe('ListDates', () => {
  const zone = process.env['TZ'];
  beforeEach(() => {
    process.env['TZ'] = 'UTC';
  });
  afterEach(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  const now = Date.UTC(2026, 10, 21, 12, 0, 0);
  const utc = new ListDates({ now, utc: true });

  it('shows the time of recent files and the year of others', () => {
    expect(utc.format(Date.UTC(2026, 10, 2, 3, 4, 59))).toBe('Nov  2 03:04');
    expect(utc.format(now - 180 * DAY)).toBe('May 25 12:00');
    expect(utc.format(now - 180 * DAY - 1)).toBe('May 25  2026');
    expect(utc.format(Date.UTC(1970, 0, 1))).toBe('Jan  1  1970');
    expect(utc.format(-1)).toBe('Dec 31  1969');
  });

  it('shows the year of files from the future, but not for a clock that is a little off', () => {
    expect(utc.format(now + 60_000)).toBe('Nov 21 12:01');
    expect(utc.format(now + 60_001)).toBe('Nov 21  2026');
  });

  it('is always twelve characters', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (ms) => {
        expect(utc.format(ms)).toMatch(/^[A-Z][a-z]{2} [ 1-3]\d ( \d{4}|\d\d:\d\d)$/);
      }),
    );
  });

  it('follows the zone across changes of its offset', () => {
    process.env['TZ'] = 'Europe/Berlin';
    const change = Date.UTC(2026, 9, 25, 1, 0, 0);
    const dates = new ListDates({ now, utc: false });
    expect([-3_600_000, -60_000, 0, 3_600_000].map((ms) => dates.format(change + ms))).toEqual([
      'Oct 25 02:00',
      'Oct 25 02:59',
      'Oct 25 02:00',
      'Oct 25 03:00',
    ]);
  });

  it.each([
    'Europe/Berlin',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'Africa/Monrovia',
    'Asia/Kathmandu',
  ])('agrees with the clock of %s at any time', (timeZone) => {
    process.env['TZ'] = timeZone;
    fc.assert(
      fc.property(anyTime, fc.integer({ min: -DAY, max: DAY }), (time, distance) => {
        const dates = new ListDates({ now: time, utc: false });
        for (const ms of [time, time - Math.abs(distance), time - 400 * DAY, time]) {
          const date = new Date(ms);
          const [, month, day, year, clock] = date.toString().split(' ');
          const column = time - ms > 180 * DAY ? ` ${year}` : clock?.slice(0, 5);
          expect(dates.format(ms)).toBe(`${month} ${String(Number(day)).padStart(2)} ${column}`);
        }
      }),
    );
  });
});
