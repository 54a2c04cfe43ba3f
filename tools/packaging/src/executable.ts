// One executable of a Node and what loads the programs: a process has it as its file, so that tools which go by that find it.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runTool } from './run-tool.ts';

/**
 * @param node The Node to be in it, of any platform.
 * @param builder A Node of this machine, of the same version.
 * @param out Where the executable goes.
 */
export function makeExecutable(node: string, builder: string, out: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'executable-'));
  try {
    const stripped = join(folder, 'node');
    copyFileSync(node, stripped);
    // A fifth of it is symbols. Without binutils, or for another processor, they stay.
    spawnSync('strip', [stripped]);
    const settings = {
      main: join(import.meta.dirname, 'entry.cjs'),
      output: out,
      executable: stripped,
      disableExperimentalSEAWarning: true,
    };
    writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
    runTool(builder, ['--build-sea', join(folder, 'settings.json')]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
