import { describe, expect, test } from 'vitest';
import { checkFloors } from './check-floors.ts';

const FLOORS = {
  'libs/one/src': [['contract', 'errors.ts'], ['data', 'tls'], ['session'], ['index.ts']],
  'libs/two/src': [['a.ts'], ['b.ts'], ['c.ts'], ['d.ts'], ['index.ts']],
};

function problems(from: string, to: string): string[] {
  return checkFloors(new Map([[`libs/one/src/${from}`, [{ to: `libs/${to}`, line: 3 }]]]), FLOORS);
}

describe('a file may import', () => {
  test.each([
    ['session/a.ts', 'one/src/data/b.ts'],
    ['session/a.ts', 'one/src/errors.ts'],
    ['data/a.ts', 'one/src/data/deeper/b.ts'],
    ['index.ts', 'one/src/contract/a.ts'],
    ['data/a.ts', 'two/src/index.ts'],
    ['data/a.test.ts', 'one/src/index.ts'],
    ['testing/a.ts', 'one/src/index.ts'],
  ])('%s: %s', (from, to) => {
    expect(problems(from, to)).toEqual([]);
  });
});

describe('a file may not import', () => {
  test.each([
    ['what is above it', 'contract/a.ts', 'one/src/data/b.ts', 'above it'],
    ['another room of its own floor', 'data/a.ts', 'one/src/tls/b.ts', 'beside it'],
    ['a file beside its folder', 'errors.ts', 'one/src/contract/a.ts', 'beside it'],
  ])('%s', (_, from, to, where) => {
    expect(problems(from, to)).toEqual([
      `libs/one/src/${from}:3: imports libs/${to}, which is ${where} (see the floors in tools/boundaries/src/layout.ts)`,
    ]);
  });
});

test('a folder without a floor is told', () => {
  expect(problems('new/a.ts', 'one/src/errors.ts')).toEqual([
    'libs/one/src/new/a.ts: its folder has no floor in tools/boundaries/src/layout.ts',
  ]);
});
