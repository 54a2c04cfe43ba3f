import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where a package's test run leaves its report, relative to the package. Nx keeps it with the cached result. */
export const REPORT_FILE = '.report/tests.json';

export interface SkippedTest {
  /** The suite, or the test itself when it stands alone. */
  readonly suite: string;
  /** Empty when the test gave none. */
  readonly reason: string;
}

export interface FailedTest {
  /** File, suites and name of the test; the file alone where it could not be loaded. */
  readonly test: string;
  /** What was wrong, in as many lines as it takes. */
  readonly error: string;
}

/** What the run of one package's tests found. */
export interface Report {
  readonly passed: number;
  readonly failed: readonly FailedTest[];
  /** Tests that passed only when run again: among those that passed. */
  readonly unsteady: readonly FailedTest[];
  readonly skipped: readonly SkippedTest[];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isSkippedTest(value: unknown): value is SkippedTest {
  return isRecord(value) && typeof value['suite'] === 'string' && typeof value['reason'] === 'string';
}

function isFailedTest(value: unknown): value is FailedTest {
  return isRecord(value) && typeof value['test'] === 'string' && typeof value['error'] === 'string';
}

function isListOf<T>(value: unknown, isItem: (item: unknown) => item is T): value is T[] {
  return Array.isArray(value) && value.every(isItem);
}

function isReport(value: unknown): value is Report {
  if (!isRecord(value)) return false;
  const { passed, failed, unsteady, skipped } = value;
  return (
    typeof passed === 'number' &&
    isListOf(failed, isFailedTest) &&
    isListOf(unsteady, isFailedTest) &&
    isListOf(skipped, isSkippedTest)
  );
}

/** Reads a report; undefined when the run did not come to writing one. Throws a TypeError when the file is no report. */
export function readReport(file: string): Report | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined; // the run crashed, or was never started
  }
  const report: unknown = JSON.parse(text);
  if (!isReport(report)) throw new TypeError(`${file} is not a report of the tests`);
  return report;
}

/** Writes the report of the package in a folder. */
export function writeReport(folder: string, report: Report): void {
  const file = join(folder, REPORT_FILE);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report)}\n`);
}
