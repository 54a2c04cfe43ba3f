import { expect, test } from 'vitest';
import { compareRuns, mapSome, type Observation, parseScript, report } from './differential.ts';

function run(...results: readonly string[]): Observation[] {
  return results.map((result, index) => ({ section: 's', line: `line ${index}`, result }));
}

test('runs that are the same have nothing to report', () => {
  expect(report(compareRuns(run('1', '2'), run('1', '2'), []))).toBe('');
});

test('a difference needs a reason, and its exact one where the table gives it', () => {
  const entry = { section: 's', line: 'line 1', reason: 'why' };
  expect(report(compareRuns(run('1', '2'), run('1', '3'), [entry]))).toBe('');
  expect(report(compareRuns(run('1', '2'), run('1', '3'), [{ ...entry, c: '2', ours: '3' }]))).toBe('');
  const otherwise = compareRuns(run('1', '2'), run('1', '4'), [{ ...entry, c: '2', ours: '3' }]);
  expect(otherwise).toMatchObject({ compared: 2, unexplained: [expect.stringContaining('[s] line 1')] });
  expect(otherwise.stale).toHaveLength(1);
  expect(report(otherwise)).toContain('    ours\n      4');
});

test('a reason whose difference is gone is reported', () => {
  const gone = compareRuns(run('1'), run('1'), [{ section: 's', line: 'line 0', reason: 'why' }]);
  expect(gone).toMatchObject({ unexplained: [], stale: [expect.stringContaining('why')] });
  expect(report(gone)).toContain('are none');
});

test('runs of different scripts are not compared', () => {
  expect(() => compareRuns(run('1', '2'), run('1'), [])).toThrow(/one script/);
  expect(() => compareRuns(run('1'), run('1', '2'), [])).toThrow(/more lines/);
});

test('a script has sections, comments and lines as they are', () => {
  expect(parseScript('# c\n\n== one\n a \n== two\n')).toEqual([
    { name: 'one', lines: [' a '] },
    { name: 'two', lines: [] },
  ]);
  expect(() => parseScript('a\n')).toThrow(/before the first section/);
});

test('some at a time, all in order', async () => {
  let running = 0;
  let most = 0;
  const results = await mapSome([1, 2, 3, 4, 5], 2, async (item) => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    running -= 1;
    return item * 2;
  });
  expect({ results, most }).toEqual({ results: [2, 4, 6, 8, 10], most: 2 });
});
