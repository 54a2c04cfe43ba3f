import { expect, test } from 'vitest';

import { parseAliases, readAliases } from './aliases.ts';

test('aliases and directories take turns; comments and empty lines count for nothing, blanks do', () => {
  const text = '# comment\n\npub\n/srv/pub\n# between\n docs \n\n#not this\n relative dir\npub\n/other\n';
  expect(parseAliases(text, 'f')).toEqual(
    new Map([
      ['pub', '/srv/pub'],
      [' docs ', ' relative dir'],
    ]),
  );
  expect(parseAliases('', 'f')).toEqual(new Map());
});

test('a list that is damaged is told with its line, and not used', () => {
  expect(parseAliases('pub\n', 'f')).toBe('f: no directory follows the alias [pub]');
  expect(parseAliases(`ok\n/ok\n${'x'.repeat(256)}\n/y\n`, 'f')).toBe('f:3: an alias of more than 255 bytes');
});

test('no list is no error', () => {
  expect(readAliases('/nonexistent/aliases')).toBeUndefined();
});
