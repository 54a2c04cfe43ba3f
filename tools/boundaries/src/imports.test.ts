import { expect, test } from 'vitest';
import { importsOf } from './imports.ts';

test.each([
  ['a value', "import a, { type B } from 'x';", 'x'],
  ['a type', "import type { A } from 'x';", 'x'],
  ['an effect', "import 'x';", 'x'],
  ['a re-export', "export { a } from 'x';", 'x'],
  ['a re-export of all', "export * from 'x';", 'x'],
  ['a dynamic import', "await import('x');", 'x'],
  ['a type import', "let a: import('x').A;", 'x'],
  ['a require', "const a = require('x');", 'x'],
  ['a dynamic import of a template', 'await import(`x`);', 'x'],
  ['a computed one', 'await import(`${a}/b`);', undefined],
])('%s is found', (_, text, specifier) => {
  expect(importsOf('a.ts', `\n${text}`)).toEqual([{ specifier, line: 2 }]);
});

test('what only looks like an import is none', () => {
  expect(importsOf('a.ts', "// import 'x'\nconst a = \"import 'y'\"; export const b = a;")).toEqual([]);
});

test('a file that cannot be parsed is an error that names it', () => {
  expect(() => importsOf('broken.ts', 'import {')).toThrow(/broken\.ts: /);
});
