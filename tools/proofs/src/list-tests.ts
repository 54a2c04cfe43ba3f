import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';

import { workspaceRoot } from '@pure-ftpd/workspace';

const exec = promisify(execFile);

/** A test of the workspace. */
export interface Test {
  /** Relative to the root. */
  readonly file: string;
  /** With the names of the suites it is in, ` > ` between them. */
  readonly name: string;
}

function isTest(value: unknown): value is Test {
  return typeof value === 'object' && value !== null && 'file' in value && 'name' in value;
}

/**
 * The tests of some folders; none is run.
 * @param collects Whether the files are loaded, so that names have the values of their tables; otherwise they are as written.
 */
export async function listTests(folders: readonly string[], collects: boolean): Promise<Test[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tests-'));
  try {
    const output = join(folder, 'tests.json');
    const options = [`--json=${output}`, `--staticParse=${!collects}`, '--passWithNoTests'];
    const vitest = join(workspaceRoot, 'node_modules', 'vitest', 'vitest.mjs');
    await exec(process.execPath, [vitest, 'list', ...options, ...folders], { cwd: workspaceRoot });
    const listed: unknown = JSON.parse(readFileSync(output, 'utf8'));
    if (!Array.isArray(listed)) throw new TypeError('vitest has listed no tests');
    return listed.filter(isTest).map(({ file, name }) => ({ file: relative(workspaceRoot, file), name }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
