import { describe, expect, test } from 'vitest';
import { summarize } from './summary.ts';

describe('summarize', () => {
  test('adds up the totals over all packages, alone on the last line', () => {
    const { lines, ok } = summarize(
      [
        ['a', { passed: 2, failed: [], unsteady: [], skipped: [] }],
        ['b', { passed: 3, failed: [], unsteady: [], skipped: [] }],
      ],
      true,
    );
    expect(lines).toEqual(['5 passed, 0 failed']);
    expect(ok).toBe(true);
  });

  test('says which suites were skipped and why', () => {
    const skipped = [
      { suite: 'lftp', reason: 'lftp is missing' },
      { suite: 'lftp', reason: 'lftp is missing' },
      { suite: 'odd', reason: '' },
    ];
    const { lines, ok } = summarize([['a', { passed: 1, failed: [], unsteady: [], skipped }]], false);
    expect(lines).toEqual([
      'Skipped:',
      '  a: lftp: lftp is missing (2 tests)',
      '  a: odd: no reason given (1 test)',
      '1 passed, 0 failed, 3 skipped',
    ]);
    expect(ok).toBe(true);
  });

  test('a skip is a failure in CI', () => {
    const report = { passed: 1, failed: [], unsteady: [], skipped: [{ suite: 's', reason: 'r' }] };
    expect(summarize([['a', report]], true).ok).toBe(false);
  });

  test('a failed test, and a run without a result, fail the whole', () => {
    const { lines, ok } = summarize(
      [
        [
          'a',
          {
            passed: 1,
            failed: [{ test: 'x.test.ts > adds', error: 'expected 1\nto be 2' }],
            unsteady: [],
            skipped: [],
          },
        ],
        ['b', undefined],
      ],
      false,
    );
    expect(lines).toEqual([
      'Failed:',
      '  a: x.test.ts > adds',
      '    expected 1',
      '    to be 2',
      '  b: the test run ended without a result',
      '1 passed, 2 failed',
    ]);
    expect(ok).toBe(false);
  });

  test('a test that passed when run again is named, and fails nothing', () => {
    const unsteady = [{ test: 'x.test.ts > adds', error: 'too late' }];
    const { lines, ok } = summarize([['a', { passed: 1, failed: [], unsteady, skipped: [] }]], true);
    expect(lines).toEqual([
      'Failed, and passed when run again:',
      '  a: x.test.ts > adds',
      '    too late',
      '1 passed, 0 failed',
    ]);
    expect(ok).toBe(true);
  });
});
