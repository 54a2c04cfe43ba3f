import { expect, test } from 'vitest';
import { checkLoops, loopsOf } from './check-loops.ts';
import type { ImportGraph } from './import-graph.ts';

/** `a>b,c` for a file that imports two others. */
function graph(...files: readonly string[]): ImportGraph {
  return new Map(
    files.map((file) => {
      const [name = '', imports = ''] = file.split('>');
      const targets = imports.split(',').filter((to) => to !== '');
      return [name, targets.map((to, index) => ({ to, line: index + 1 }))];
    }),
  );
}

test('files that lead to others, in whatever order, are no loop', () => {
  expect(loopsOf(graph('a>b,c', 'b>c,d', 'c>d', 'd', 'e>a,d'))).toEqual([]);
});

test('files that lead back to themselves are one group each', () => {
  expect(loopsOf(graph('a>b', 'b>c', 'c>a,d', 'd>e', 'e>d', 'f>a'))).toEqual([
    ['a', 'b', 'c'],
    ['d', 'e'],
  ]);
});

test('two loops that share a file are one', () => {
  expect(loopsOf(graph('a>b,c', 'b>a', 'c>a'))).toEqual([['a', 'b', 'c']]);
});

test('a file that imports itself is a loop', () => {
  expect(loopsOf(graph('a>a'))).toEqual([['a']]);
});

test('a loop is told with the lines that tie it', () => {
  expect(checkLoops(graph('a>x,b', 'b>a', 'x'))).toEqual(['2 files import each other: a:2 imports b; b:1 imports a']);
});
