import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { hasPattern, matchPattern, tooManyStars, unquotePattern } from './pattern.ts';

const NAMES = [
  '!x',
  '-dash',
  '.dot',
  '[abc',
  ']x',
  '^x',
  'a-b',
  'a1',
  'b1',
  'back\\slash',
  'br{ace',
  'q?x',
  'sp ace',
  'st*r',
];

describe('matchPattern', () => {
  // Names that Pure-FTPd 1.0.50 listed for the pattern.
  it.each([
    ['sp*', ['sp ace']],
    ['st\\*r', ['st*r']],
    ['st*r', ['st*r']],
    ['back\\slash', []],
    ['back\\\\slash', ['back\\slash']],
    ['br{ace', ['br{ace']],
    ['q\\?x', ['q?x']],
    ['[]]x', [']x']],
    ['[]a]x', [']x']],
    ['[^x]x', ['^x']],
    ['[^]x', ['^x']],
    ['[!^]x', ['!x', ']x']],
    ['[!!]x', [']x', '^x']],
    ['[!]x', []],
    ['?1', ['a1', 'b1']],
    ['[abc', ['[abc']],
    ['[a-b]1', ['a1', 'b1']],
    ['[b-a]1', []],
    ['[a-]1', ['a1']],
    ['[-a]1', ['a1']],
    ['[\\a]1', ['a1']],
    ['[a\\-b]1', ['a1', 'b1']],
    ['***1', ['a1', 'b1']],
    ['*\\1', ['a1', 'b1']],
    ['a1\\', []],
    ['[[]abc', ['[abc']],
    ['\\[abc', ['[abc']],
    ['[]x', []],
    ['a[', []],
    ['a[-]b', ['a-b']],
    ['a[+-.]b', ['a-b']],
    ['.*', ['.dot']],
    ['[.]dot', []],
    ['?dot', []],
    ['*dot', []],
  ])('%j', (pattern, matched) => {
    expect(NAMES.filter((name) => matchPattern(pattern, name))).toEqual(matched);
  });

  it('counts characters, not bytes', () => {
    expect(matchPattern('?1', 'é1')).toBe(true);
    expect(matchPattern('?', '💀')).toBe(true);
    expect(matchPattern('[à-ö]', 'é')).toBe(true);
    expect(matchPattern('a?b', 'a\udcffb')).toBe(true);
  });

  it('matches the empty name with nothing or stars only', () => {
    expect(['', '*', '?', '[a]', 'a'].map((pattern) => matchPattern(pattern, ''))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('agrees with a regular expression', () => {
    const pattern = fc.array(fc.constantFrom('*', '?', 'a', 'b', '[ab]', '[!a]', '[a-c]'), { maxLength: 7 });
    const name = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 9 });
    const expression: Record<string, string> = { '*': '.*', '?': '.', '[!a]': '[^a]' };
    fc.assert(
      fc.property(pattern, name, (parts, letters) => {
        const source = parts.map((part) => expression[part] ?? part).join('');
        expect(matchPattern(parts.join(''), letters.join(''))).toBe(new RegExp(`^${source}$`).test(letters.join('')));
      }),
      { numRuns: 1000 },
    );
  });

  it('takes bounded time for hostile patterns', () => {
    // Tried one after the other, the ways to share the name among the stars would outlast the universe.
    const name = 'a'.repeat(4096);
    for (const part of ['*a', 'a*', '*[a]', '*?', '[', '[[', '[a-', '[!', '[\\', '*[']) {
      const pattern = part.repeat(Math.floor(4096 / part.length));
      expect(matchPattern(`${pattern}b`, name)).toBe(false);
    }
  });
});

describe('a pattern', () => {
  it('has something to match unless it is quoted', () => {
    expect(['a*', '\\a?', '[', '\\\\*'].map(hasPattern)).toEqual([true, true, true, true]);
    expect(['', 'a', '\\*', '\\[a\\]', 'a\\', '{a,b}', '~'].map(hasPattern)).toEqual(
      Array.from({ length: 7 }, () => false),
    );
  });

  it('that has nothing to match matches its unquoted text only', () => {
    expect(unquotePattern('st\\*r\\\\x')).toBe('st*r\\x');
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!text.includes('\0') && !hasPattern(text));
        expect(matchPattern(text, unquotePattern(text))).toBe(true);
      }),
    );
  });

  it('may have three stars', () => {
    expect(['***', '****', '\\*\\*\\*\\*', '*a*b*c', '*a*b*c*'].map(tooManyStars)).toEqual([
      false,
      true,
      true,
      false,
      true,
    ]);
  });
});
