import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { REPORT_FILE, readReport } from './report.ts';

let folder = '';
beforeEach(() => {
  // Inside the repository, so that the tests written here find Vitest.
  folder = mkdtempSync(join(import.meta.dirname, '..', '.report-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs Vitest on test files of the given content, as the Nx target does. */
function run(files: Readonly<Record<string, string>>): number | null {
  for (const [name, body] of Object.entries(files)) {
    writeFileSync(join(folder, `${name}.test.ts`), `import { describe, expect, test } from 'vitest';\n${body}`);
  }
  const root = join(import.meta.dirname, '..', '..', '..');
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporter = join(import.meta.dirname, 'reporter.ts');
  return spawnSync(process.execPath, [vitest, 'run', '--dir', folder, `--reporter=${reporter}`], { cwd: root }).status;
}

test('counts what passed, failed and was skipped, with the reasons', () => {
  const status = run({
    mixed: `
      test('good', () => {});
      test('bad', () => expect(1).toBe(2));
      describe('needs a peer', () => { test('inner', (context) => context.skip('the peer is missing')); });
      test.skip('alone', () => {});`,
    unloadable: `throw new Error('at load');`,
    hook: `import { beforeAll } from 'vitest'; describe('s', () => { beforeAll(() => { throw new Error('no'); }); test('t', () => {}); });`,
  });
  expect(status).toBe(1);
  const report = readReport(join(folder, REPORT_FILE));
  expect(report).toMatchObject({ passed: 1 });
  // The failed test, the file that does not load, the hook; the test behind the hook never ran.
  expect(report?.failed.length).toBeGreaterThanOrEqual(3);
  expect(report?.failed).toContainEqual({
    test: expect.stringMatching(/mixed\.test\.ts > bad$/),
    error: expect.stringContaining('expected 1 to be 2'),
  });
  expect(report?.skipped).toContainEqual({ suite: 'needs a peer', reason: 'the peer is missing' });
  expect(report?.skipped).toContainEqual({ suite: 'alone', reason: '' });
});

test('a run that is all good has nothing else to say', () => {
  expect(run({ good: `test('good', () => {});` })).toBe(0);
  expect(readReport(join(folder, REPORT_FILE))).toEqual({ passed: 1, failed: [], unsteady: [], skipped: [] });
});

test('tells which test passed only when run again, and what it failed of', () => {
  const body = `let runs = 0; test('second time lucky', { retry: 1 }, () => { runs += 1; expect(runs).toBe(2); });`;
  expect(run({ unsteady: body })).toBe(0);
  expect(readReport(join(folder, REPORT_FILE))).toMatchObject({
    passed: 1,
    failed: [],
    unsteady: [
      { test: expect.stringMatching(/second time lucky$/), error: expect.stringContaining('expected 1 to be 2') },
    ],
  });
});

test('no report is read as none', () => {
  expect(readReport(join(folder, REPORT_FILE))).toBeUndefined();
});
