import type { FailedTest, Report } from './report.ts';

/** A package's report, or undefined when its run left none: that counts as one failure. */
export type NamedReport = readonly [name: string, report: Report | undefined];

export interface Summary {
  readonly lines: readonly string[];
  readonly ok: boolean;
}

function plural(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}

/** One line for each suite and reason, with the number of tests. */
function skippedLines(reports: readonly NamedReport[]): string[] {
  const counts = new Map<string, number>();
  for (const [name, report] of reports) {
    for (const { suite, reason } of report?.skipped ?? []) {
      const line = `${name}: ${suite}: ${reason === '' ? 'no reason given' : reason}`;
      counts.set(line, (counts.get(line) ?? 0) + 1);
    }
  }
  return [...counts].map(([line, count]) => `  ${line} (${plural(count, 'test')})`);
}

/** As much of an error as tells what it was about: the whole is where the test ran, a long way up. */
const ERROR_LINES = 12;

function failureLines(name: string, failures: readonly FailedTest[]): string[] {
  return failures.flatMap(({ test, error }) => [
    `  ${name}: ${test}`,
    ...error
      .split('\n')
      .slice(0, ERROR_LINES)
      .map((line) => `    ${line}`),
  ]);
}

/**
 * The last lines of `npm test`: what failed, what was skipped and why, what did not run, and the totals alone on the last line.
 * @param skipFails whether a skipped test makes the run fail, as it does with `CI=true`
 */
export function summarize(reports: readonly NamedReport[], skipFails: boolean): Summary {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  const failures: string[] = [];
  const unsteady: string[] = [];
  for (const [name, report] of reports) {
    passed += report?.passed ?? 0;
    failed += report?.failed.length ?? 1;
    skipped += report?.skipped.length ?? 0;
    if (report === undefined) failures.push(`  ${name}: the test run ended without a result`);
    failures.push(...failureLines(name, report?.failed ?? []));
    unsteady.push(...failureLines(name, report?.unsteady ?? []));
  }
  const lines: string[] = [];
  if (unsteady.length > 0) lines.push('Failed, and passed when run again:', ...unsteady);
  if (failures.length > 0) lines.push('Failed:', ...failures);
  const why = skippedLines(reports);
  if (why.length > 0) lines.push(skipFails ? 'Skipped, which counts as a failure with CI=true:' : 'Skipped:', ...why);
  lines.push(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return { lines, ok: failed === 0 && !(skipFails && skipped > 0) };
}
