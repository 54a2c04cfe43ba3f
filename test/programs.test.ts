// What is built is what runs: the programs at node_modules/.bin, in this checkout.
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { workspaceRoot } from '@pure-ftpd/workspace';
import { expect, test } from 'vitest';

import { runProgram } from './support/program.ts';

const PROGRAMS = readdirSync(join(workspaceRoot, 'apps'));

/** The file that Node is given when a program is called. */
async function launched(name: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'launched-'));
  try {
    const preload = join(folder, 'tell.cjs');
    writeFileSync(preload, 'process.stdout.write(process.argv[1] ?? ""); process.exit(0);');
    const { stdout } = await runProgram(join(workspaceRoot, 'node_modules', '.bin', name), [], {
      env: { NODE_OPTIONS: `--require=${preload}` },
    });
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each(PROGRAMS)('%s runs as it was built', async (name) => {
  expect(await launched(name)).toBe(join(workspaceRoot, 'apps', name, 'dist', `${name}.js`));
});

test('so it does after a checkout that made every source newer than the build', async () => {
  const main = join(workspaceRoot, 'apps', 'pure-pw', 'src', 'main.ts');
  utimesSync(main, new Date(), new Date());
  expect(await launched('pure-pw')).toBe(join(workspaceRoot, 'apps', 'pure-pw', 'dist', 'pure-pw.js'));
});
