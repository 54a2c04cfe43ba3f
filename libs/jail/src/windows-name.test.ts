import { expect, it } from 'vitest';

import { isWindowsName } from './windows-name.ts';

it.each(['file', 'file.txt', '.hidden', 'COM10', 'console', 'größe', 'a b', '...x'])(
  'takes %j for a plain name',
  (name) => {
    expect(isWindowsName(name)).toBe(true);
  },
);

it.each([
  '',
  'C:',
  'a:stream',
  'a\\b',
  'a/b',
  '..',
  '.',
  'dots..',
  'space ',
  'CON',
  'nul.txt',
  'aux ',
  'COM1',
  'lpt9.x',
  'COM¹',
  'CONIN$',
  'a*',
  'a?',
  'a<b',
  'a|b',
  'a"b',
  'a\0',
  'a\x1f',
])('does not take %j for one', (name) => {
  expect(isWindowsName(name)).toBe(false);
});
