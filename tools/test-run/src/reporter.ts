import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Reporter, TestCase, TestModule, TestSuite, Vitest } from 'vitest/node';
import { REPORT_FILE, type Report, type SkippedTest } from './report.ts';

function suiteOf(test: TestCase): string {
  const { parent } = test;
  return parent.type === 'suite' ? parent.fullName : test.name;
}

/** Errors outside of a test: a file that cannot be loaded, a hook that fails. Each counts as a failed test. */
function countErrors(node: TestModule | TestSuite): number {
  let errors = node.errors().length > 0 ? 1 : 0;
  for (const suite of node.children.suites()) errors += countErrors(suite);
  return errors;
}

/** A Vitest reporter that leaves the figures of the run, and why tests were skipped, in the package's report file. */
export default class ReportWriter implements Reporter {
  #folder = '';

  onInit(vitest: Vitest): void {
    this.#folder = vitest.config.dir ?? vitest.config.root;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    let passed = 0;
    let failed = unhandledErrors.length;
    const skipped: SkippedTest[] = [];
    for (const module of modules) {
      failed += countErrors(module);
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') passed += 1;
        else if (result.state === 'skipped') skipped.push({ suite: suiteOf(test), reason: result.note ?? '' });
        // A test still pending when the run ends never came to an end: as bad as one that failed.
        else failed += 1;
      }
    }
    const report: Report = { passed, failed, skipped };
    const file = join(this.#folder, REPORT_FILE);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(report)}\n`);
  }
}
