import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { readTests } from './read-tests.ts';

/** What is read in a file of this content. It must not be loaded: that would fail. */
function read(body: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'read-tests-'));
  try {
    const file = join(folder, 'a.test.ts');
    writeFileSync(file, `import './is-not-there.ts';\nthrow new Error('loaded');\n${body}`);
    return readTests(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each<[what: string, body: string, names: string[]]>([
  [
    'alone',
    `test('one', () => {}); it("two", fn); test(\`three \${side.name}\`, {}, fn);`,
    ['one', 'two', 'three ${side.name}'],
  ],
  [
    'in suites, those with needs too',
    `describeWith(['root'], 'outer', () => { describe('inner', () => { for (const a of b) test('a', fn); }); });`,
    ['outer > inner > a'],
  ],
  [
    'with modifiers',
    `test.skipIf(true)('a', fn); describe.skip('s', () => { test.concurrent('b', fn); });`,
    ['a', 's > b'],
  ],
  [
    'with a table, by the options of each row',
    `test.each([['-a', 'x', () => '-not'], [['-b', '--long'], 1]] as const)('%s', fn); test.for([1])('n', fn);`,
    ['%s -a', '%s -b --long', 'n'],
  ],
  [
    'with a table that has a name, or is made of one that has',
    `const T: readonly string[][] = [['-a'], ['-b']]; const M = T.map((row) => row);
     test.each(T)('t', fn); describe.each(M)('m', () => { test('x', fn); });`,
    ['t -a', 't -b', 'm -a > x', 'm -b > x'],
  ],
  ['with a table of another file', `test.each(SIDES)('$name', fn);`, ['$name']],
  ['not where something else is called', `start('-a'); other.test('x'); expect('test').toBe('x');`, []],
])('reads the names of tests %s', (_, body, names) => {
  expect(read(body)).toEqual(names);
});
