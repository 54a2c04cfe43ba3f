import { describe, expect, test } from 'vitest';
import { summarize } from './summary.ts';

describe('summarize', () => {
  test('adds up the totals over all packages, alone on the last line', () => {
    const { lines, ok } = summarize(
      [
        ['a', { passed: 2, failed: 0, skipped: [] }],
        ['b', { passed: 3, failed: 0, skipped: [] }],
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
    const { lines, ok } = summarize([['a', { passed: 1, failed: 0, skipped }]], false);
    expect(lines).toEqual([
      'Skipped:',
      '  a: lftp: lftp is missing (2 tests)',
      '  a: odd: no reason given (1 test)',
      '1 passed, 0 failed, 3 skipped',
    ]);
    expect(ok).toBe(true);
  });

  test('a skip is a failure in CI', () => {
    const report = { passed: 1, failed: 0, skipped: [{ suite: 's', reason: 'r' }] };
    expect(summarize([['a', report]], true).ok).toBe(false);
  });

  test('a failed test, and a run without a result, fail the whole', () => {
    const { lines, ok } = summarize(
      [
        ['a', { passed: 1, failed: 2, skipped: [] }],
        ['b', undefined],
      ],
      false,
    );
    expect(lines).toEqual(['a: 2 failed', 'b: the test run ended without a result', '1 passed, 3 failed']);
    expect(ok).toBe(false);
  });
});
