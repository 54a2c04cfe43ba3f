// npm test: installs the peers where that is possible, builds every program, runs the tests of every package, then those that cross
// packages, and ends with what was skipped and the totals. Arguments name packages to run instead of all. Where nothing that passed
// before counts (NX_SKIP_NX_CACHE=true, as in .ci/run), one run has the files of all packages: no worker waits for a package to end.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { installPeers } from '@pure-ftpd/peers';
import { readWorkspace, workspaceRoot } from '@pure-ftpd/workspace';
import { REPORT_FILE, readReport } from './report.ts';
import { nx, runTool } from './run-tool.ts';
import { summarize } from './summary.ts';

/** The package whose tests cross packages and run after all others. */
const CROSS_TESTS = 'pure-ftpd-tests';
/** The report of a run of all packages at once: what belongs to none of them. */
const ALL = ['all packages', ''] as const;

const chosen = process.argv.slice(2);
const tested = readWorkspace(workspaceRoot).filter(
  ({ manifest }) => manifest.targets.includes('test') && (chosen.length === 0 || chosen.includes(manifest.name)),
);
const names = tested.map(({ manifest }) => manifest.name);
const unknown = chosen.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`npm test: no package with tests of this name: ${unknown.join(' ')}\n`);
  process.exit(2);
}

installPeers((line) => process.stdout.write(`${line}\n`));
// Nx puts back the report of a run it need not repeat; what is missing in the end did not run.
for (const { folder } of tested) rmSync(join(workspaceRoot, folder, REPORT_FILE), { force: true });

// Tests call programs as users have them. What does not build is said by the build, and most of it by the tests too.
let ok = await nx('run-many', '--targets=build');
const isTogether = chosen.length === 0 && process.env['NX_SKIP_NX_CACHE'] === 'true';
if (isTogether) ok = (await runTogether()) && ok;
else {
  const units = names.filter((name) => name !== CROSS_TESTS);
  if (units.length > 0) ok = (await nx('run-many', '--targets=test', `--projects=${units.join(',')}`)) && ok;
  if (names.includes(CROSS_TESTS)) ok = (await nx('run', `${CROSS_TESTS}:test`)) && ok;
}

const { lines, ok: allPassed } = summarize(
  [...tested.map(({ folder, manifest }) => [manifest.name, folder] as const), ...(isTogether ? [ALL] : [])].map(
    ([name, folder]) => [name, readReport(join(workspaceRoot, folder, REPORT_FILE))],
  ),
  process.env['CI'] === 'true',
);
process.stdout.write(`\n${lines.join('\n')}\n`);
process.exitCode = ok && allPassed ? 0 : 1;

/** Runs the test files of all packages with as many workers as two packages side by side have: half of the time a test waits. */
function runTogether(): Promise<boolean> {
  rmSync(join(workspaceRoot, REPORT_FILE), { force: true });
  const reporters = ['default', './tools/test-run/src/packages-reporter.ts'].map((name) => `--reporter=${name}`);
  return runTool('vitest/vitest.mjs', ['run', '--dir', workspaceRoot, '--maxWorkers=4', ...reporters]);
}
