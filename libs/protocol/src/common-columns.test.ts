// What entries have in common is written once; what the next one has otherwise must show.
import * as fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';

import { FACTS, formatFactsLine, selectFacts } from './facts.ts';
import { formatListLine, type ListEntry } from './list-line.ts';
import { formatTimestamp, ListDates } from './time.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 21, 12, 0, 17, 300);

const zone = process.env['TZ'];
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

/** Of few values, so that entries in a row often have the same, or differ in one. */
const entry: fc.Arbitrary<ListEntry> = fc.record({
  name: fc.constant('name'),
  type: fc.constantFrom('file', 'dir', 'link', 'other'),
  mode: fc.constantFrom(0o644, 0o755, 0o1777, 0o140_644),
  nlink: fc.constantFrom(1, 2),
  uid: fc.constantFrom(0, 1000),
  gid: fc.constantFrom(0, 1000),
  owner: fc.constantFrom(undefined, 'root', 'alice'),
  group: fc.constantFrom(undefined, 'root', 'users'),
  size: fc.constantFrom(0, 19, 10_000_000_000),
  mtimeMs: fc.constantFrom(-1, NOW, NOW - 0.5, NOW + 1000, NOW - 180 * DAY - 1, NOW - 180 * DAY),
  dev: fc.constantFrom(1, 0xfd00),
  ino: fc.constantFrom(1, 2),
  target: fc.constantFrom(undefined, 'target'),
});

/** Like no other, in everything. */
const OTHER: ListEntry = {
  name: 'other',
  type: 'file',
  mode: 0o111,
  nlink: 77,
  uid: 7,
  gid: 8,
  owner: 'nobody',
  group: 'nogroup',
  size: 5,
  mtimeMs: Date.UTC(2001, 2, 3, 4, 5, 6),
  dev: 99,
  ino: 99,
};

test('a line of a list is the same whatever was listed before', () => {
  const dates = new ListDates({ now: NOW, utc: true });
  fc.assert(
    fc.property(fc.array(entry, { minLength: 2, maxLength: 20 }), (entries) => {
      const inARow = entries.map((one) => formatListLine(one, dates));
      const byThemselves = entries.map((one) => {
        formatListLine(OTHER, dates);
        return formatListLine(one, new ListDates({ now: NOW, utc: true }));
      });
      expect(inARow).toEqual(byThemselves);
    }),
  );
});

test('so is one of an entry that is used for the next file again', () => {
  const dates = new ListDates({ now: NOW, utc: true });
  const used = { ...OTHER };
  expect(formatListLine(used, dates)).toMatch(/^---x--x--x {3}77 nobody {5}nogroup /);
  used.owner = 'alice';
  used.mode = 0o644;
  expect(formatListLine(used, dates)).toMatch(/^-rw-r--r-- {3}77 alice {6}nogroup /);
});

test('facts are the same whatever was listed before', () => {
  const selections = [selectFacts(FACTS), selectFacts(['UNIX.mode', 'modify']), selectFacts(['UNIX.uid', 'unique'])];
  const asked = fc.record({
    entry,
    selection: fc.constantFrom(...selections),
    extra: fc.record({ perm: fc.constantFrom(undefined, 'el'), fraction: fc.boolean() }),
  });
  fc.assert(
    fc.property(fc.array(asked, { minLength: 2, maxLength: 20 }), (all) => {
      const inARow = all.map((one) => formatFactsLine(one.entry, one.selection, one.extra));
      const byThemselves = all.map((one) => {
        formatFactsLine(OTHER, selectFacts(FACTS));
        return formatFactsLine(one.entry, one.selection, one.extra);
      });
      expect(inARow).toEqual(byThemselves);
    }),
  );
});

test('a timestamp is the same whatever was written before', () => {
  const near = fc.integer({ min: -2500, max: 2500 }).map((distance) => NOW + distance / 2);
  fc.assert(
    fc.property(fc.array(fc.oneof(near, fc.constantFrom(-0.5, -1000.5, 1e300)), { minLength: 2 }), (times) => {
      const inARow = times.map((ms) => formatTimestamp(ms));
      const byThemselves = times.map((ms) => {
        formatTimestamp(OTHER.mtimeMs);
        return formatTimestamp(ms);
      });
      expect(inARow).toEqual(byThemselves);
    }),
  );
});

test.each(['UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Africa/Monrovia', 'Europe/Amsterdam'])(
  'in %s a date of a list is the same whatever was listed before',
  (timeZone) => {
    process.env['TZ'] = timeZone;
    // Where the form changes, where offsets change and where they are no whole minutes, and the first of a year.
    const changes = [
      NOW - 180 * DAY,
      NOW + 60_000,
      Date.UTC(2026, 9, 25, 1),
      Date.UTC(2026, 3, 4, 15),
      Date.UTC(1972, 0, 7, 0, 44, 30),
      Date.UTC(1937, 5, 30, 22, 40, 28),
      Date.UTC(1960, 4, 5, 6),
      Date.UTC(2026, 0, 1),
    ];
    const time = fc
      .tuple(fc.constantFrom(...changes), fc.integer({ min: -400_000, max: 400_000 }))
      .map(([change, distance]) => change + distance / 2);
    fc.assert(
      fc.property(fc.constantFrom(NOW, ...changes), fc.array(time, { minLength: 2, maxLength: 40 }), (now, times) => {
        const one = new ListDates({ now, utc: false });
        // In the order of a directory whose files were made one after the other.
        const sorted = times.toSorted((a, b) => a - b);
        expect(sorted.map((ms) => one.format(ms))).toEqual(
          sorted.map((ms) => new ListDates({ now, utc: false }).format(ms)),
        );
      }),
    );
  },
);
