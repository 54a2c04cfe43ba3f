// npm run soak: runs the tests that have a long form in that form, one file after the other, and ends with the lines of npm test.
// Arguments are parts of the names of files to run instead of all.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { installPeers } from '@pure-ftpd/peers';
import { readWorkspace, workspaceRoot } from '@pure-ftpd/workspace';
import { longTests } from './long-tests.ts';
import { REPORT_FILE, readReport } from './report.ts';
import { nx, runTool } from './run-tool.ts';
import { summarize } from './summary.ts';

const parts = process.argv.slice(2);
const all = longTests(
  workspaceRoot,
  readWorkspace(workspaceRoot).map(({ folder }) => folder),
);
const unknown = parts.filter((part) => !all.some((file) => file.includes(part)));
if (unknown.length > 0) {
  process.stderr.write(`npm run soak: no long test of this name: ${unknown.join(' ')}; there are\n${all.join('\n')}\n`);
  process.exit(2);
}
const files = parts.length === 0 ? all : all.filter((file) => parts.some((part) => file.includes(part)));

installPeers((line) => process.stdout.write(`${line}\n`));
const reportFile = join(workspaceRoot, REPORT_FILE);
rmSync(reportFile, { force: true });
const ok =
  (await nx('run-many', '--targets=build')) &&
  (await runTool(
    'vitest/vitest.mjs',
    ['run', '--dir', workspaceRoot, '--reporter=verbose', '--reporter=./tools/test-run/src/reporter.ts', ...files],
    { SOAK: '1' },
  ));

const { lines, ok: allPassed } = summarize([['soak', readReport(reportFile)]], process.env['CI'] === 'true');
process.stdout.write(`\n${lines.join('\n')}\n`);
process.exitCode = ok && allPassed ? 0 : 1;
