import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { classifySuffix, formatListLine, modeString, type ListEntry } from './list-line.ts';
import { encodeText } from './names.ts';
import { ListDates } from './time.ts';

const dates = new ListDates({ now: Date.UTC(2026, 10, 21), utc: true });
const FILE: ListEntry = {
  name: 'f.txt',
  type: 'file',
  mode: 0o644,
  nlink: 1,
  uid: 1000,
  gid: 100,
  owner: 'alice',
  group: 'users',
  size: 19,
  mtimeMs: Date.UTC(2026, 10, 20, 23, 17),
  dev: 1,
  ino: 1,
};

describe('formatListLine', () => {
  it('has the columns of Pure-FTPd', () => {
    expect(formatListLine(FILE, dates)).toBe('-rw-r--r--    1 alice      users              19 Nov 20 23:17 f.txt');
    expect(
      formatListLine(
        {
          ...FILE,
          name: '..',
          type: 'dir',
          mode: 0o755,
          nlink: 12_345,
          owner: undefined,
          group: undefined,
          size: 4096,
        },
        dates,
      ),
    ).toBe('drwxr-xr-x 12345 1000       100              4096 Nov 20 23:17 ..');
  });

  it('widens the size from ten billion bytes on', () => {
    expect(formatListLine({ ...FILE, size: 9_999_999_999 }, dates)).toContain('users      9999999999 Nov');
    expect(formatListLine({ ...FILE, size: 10_000_000_000 }, dates)).toContain('users             10000000000 Nov');
  });

  it('cuts owners to ten bytes', () => {
    const line = formatListLine({ ...FILE, owner: 'abcdefghijklm', group: 'üüüüüü' }, dates);
    expect(line).toContain(' 1 abcdefghij üüüüü         19 ');
    expect(encodeText(formatListLine({ ...FILE, owner: 'aüüüüü' }, dates))).toHaveLength(67);
  });

  it('shows where links point', () => {
    const link: ListEntry = { ...FILE, type: 'link', mode: 0o777 };
    expect(formatListLine({ ...link, target: 'a b' }, dates)).toMatch(/^lrwxrwxrwx .* f\.txt -> a b$/);
    expect(formatListLine(link, dates, '@')).toMatch(/ f\.txt -> \.\.@$/);
  });

  it('is one line, whatever the names', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('file' as const, 'link' as const), (name, type) => {
        const line = formatListLine({ ...FILE, type, name, target: name, owner: name }, dates);
        expect(line).not.toMatch(/[\0-\x1f\x7f]/);
        expect(encodeText(line).subarray(27, 32).toString()).toBe('users');
      }),
    );
  });
});

describe('modeString', () => {
  it.each([
    ['file', 0o100644, '-rw-r--r--'],
    ['dir', 0o1777, 'drwxrwxrwt'],
    ['dir', 0o1776, 'drwxrwxrwT'],
    ['file', 0o4755, '-rwsr-xr-x'],
    ['file', 0o6644, '-rwSr-Sr--'],
    ['file', 0o2010, '------s---'],
    ['link', 0o777, 'lrwxrwxrwx'],
    ['other', 0o010600, 'prw-------'],
    ['other', 0o140000, 's---------'],
    ['other', 0, '?---------'],
  ] as const)('writes %s %o as %s', (type, mode, text) => {
    expect(modeString(type, mode)).toBe(text);
  });
});

it('classifies as -F does', () => {
  expect(classifySuffix('dir', 0o755)).toBe('/');
  expect(classifySuffix('link', 0o777)).toBe('@');
  expect([0o100, 0o001, 0o010, 0o644].map((mode) => classifySuffix('file', mode))).toEqual(['*', '*', '', '']);
  expect(classifySuffix('other', 0o777)).toBe('');
});
