import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bundleProgram } from './bundle.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  mkdirSync(join(folder, 'src'));
  mkdirSync(join(folder, 'node_modules/common'), { recursive: true });
  writeFileSync(join(folder, 'node_modules/common/index.js'), "exports.end = require('os').EOL;");
});
afterEach(() => rmSync(folder, { recursive: true }));

function source(name: string, text: string): void {
  writeFileSync(join(folder, 'src', name), text);
}

function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('a bundle runs alone, with CommonJS packages in it', async () => {
  source('part.ts', 'export const greet = (name: string): string => `hello ${name}`;');
  source(
    'main.ts',
    "import { greet } from './part.ts'; import { end } from 'common'; process.stdout.write(greet(process.argv[2] ?? '') + end);",
  );
  await bundleProgram(folder, 'pure-x');
  cpSync(join(folder, 'dist'), join(folder, 'moved'), { recursive: true });
  rmSync(join(folder, 'src'), { recursive: true });
  rmSync(join(folder, 'node_modules'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  expect(run(join(folder, 'moved/pure-x.js'), 'you')).toEqual({ status: 0, stdout: 'hello you\n', stderr: '' });
});

test('what an earlier build left is gone', async () => {
  source('main.ts', '');
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, 'dist/old.js'), '');
  await bundleProgram(folder, 'pure-x');
  expect(existsSync(join(folder, 'dist/old.js'))).toBe(false);
});

test('a source that does not build is an error, and leaves no program', async () => {
  source('main.ts', "import './missing.ts';");
  await expect(bundleProgram(folder, 'pure-x')).rejects.toThrow(/Could not resolve/);
  expect(existsSync(join(folder, 'dist/pure-x.js'))).toBe(false);
});

test('on a Node too old the program says so in one line, and is not loaded', async () => {
  source('main.ts', "process.stdout.write('loaded');");
  await bundleProgram(folder, 'pure-x');
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const old = `data:text/javascript,${encodeURIComponent("Object.defineProperty(process, 'versions', { value: { node: '20.1.0' } })")}`;
  expect(run('--import', old, join(folder, 'dist/pure-x.js'))).toEqual({
    status: 1,
    stdout: '',
    stderr: `pure-x: Node 24 or later is needed, this is ${process.version}\n`,
  });
});
