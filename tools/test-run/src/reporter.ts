import { stripVTControlCharacters } from 'node:util';
import type { Reporter, TestCase, TestModule, TestSuite, Vitest } from 'vitest/node';
import { type FailedTest, type Report, type SkippedTest, writeReport } from './report.ts';

function suiteOf(test: TestCase): string {
  const { parent } = test;
  return parent.type === 'suite' ? parent.fullName : test.name;
}

function messageOf(errors: readonly unknown[] | undefined): string {
  const messages = (errors ?? []).map((error) =>
    typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error),
  );
  return stripVTControlCharacters(messages.join('\n'));
}

/** Errors outside of a test: a file that cannot be loaded, a hook that fails. Each counts as a failed test. */
function errorsOutside(node: TestModule | TestSuite): FailedTest[] {
  const test = node.type === 'module' ? node.relativeModuleId : `${node.module.relativeModuleId} > ${node.fullName}`;
  const own = node.errors().length > 0 ? [{ test, error: messageOf(node.errors()) }] : [];
  return [...own, ...[...node.children.suites()].flatMap(errorsOutside)];
}

/** What a run found in some of its modules. @param unhandledErrors Those that no test has to answer for. */
export function reportOf(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): Report {
  let passed = 0;
  const failed = unhandledErrors.map((error) => ({ test: 'outside of any test', error: messageOf([error]) }));
  const unsteady: FailedTest[] = [];
  const skipped: SkippedTest[] = [];
  for (const module of modules) {
    failed.push(...errorsOutside(module));
    for (const test of module.children.allTests()) {
      const result = test.result();
      const named = { test: `${module.relativeModuleId} > ${test.fullName}`, error: messageOf(result.errors) };
      if (result.state === 'passed') {
        passed += 1;
        if (test.diagnostic()?.flaky === true) unsteady.push(named);
      } else if (result.state === 'skipped') skipped.push({ suite: suiteOf(test), reason: result.note ?? '' });
      // A test still pending when the run ends never came to an end: as bad as one that failed.
      else failed.push(named);
    }
  }
  return { passed, failed, unsteady, skipped };
}

/** A Vitest reporter that leaves the figures of the run, what failed, and why tests were skipped, in the package's report file. */
export default class ReportWriter implements Reporter {
  #folder = '';

  onInit(vitest: Vitest): void {
    this.#folder = vitest.config.dir ?? vitest.config.root;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    writeReport(this.#folder, reportOf(modules, unhandledErrors));
  }
}
