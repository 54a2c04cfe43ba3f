import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readManifest, workspaceRoot } from '@pure-ftpd/workspace';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** A repository with one program, which prints how it was run; its sources are older than its bundle. */
let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'launch-'));
  for (const folder of [
    'tools/programs',
    'apps/pure-x/src',
    'apps/pure-x/dist',
    'libs/l/src/deep',
    'node_modules/.bin',
    'bin',
  ]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  copyFileSync(join(import.meta.dirname, 'launch.sh'), join(root, 'tools/programs/launch.sh'));
  chmodSync(join(root, 'tools/programs/launch.sh'), 0o755);
  symlinkSync('../../tools/programs/launch.sh', join(root, 'node_modules/.bin/pure-x'));
  symlinkSync(process.execPath, join(root, 'node_modules/.bin/node'));
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  put(
    'apps/pure-x/src/main.ts',
    'const how: string = "source"; console.log(how, JSON.stringify(process.argv.slice(2)));',
  );
  put('apps/pure-x/dist/pure-x.js', 'console.log("bundle", JSON.stringify(process.argv.slice(2)));');
  put('libs/l/src/deep/part.ts', '');
  put('libs/l/src/deep/part.test.ts', '');
  for (const file of ['apps/pure-x/src/main.ts', 'libs/l/src/deep/part.ts', 'libs/l/src/deep/part.test.ts'])
    age(file, 10);
});
afterEach(() => rmSync(root, { recursive: true }));

function put(file: string, content: string): void {
  writeFileSync(join(root, file), content);
}

/** Makes a file older than now by some seconds; younger when negative. */
function age(file: string, seconds: number): void {
  const time = Date.now() / 1000 - seconds;
  utimesSync(join(root, file), time, time);
}

function launch(file: string, args: readonly string[] = [], path = process.env['PATH'] ?? '', cwd = root) {
  const { status, stdout, stderr } = spawnSync(file, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, PATH: path },
  });
  return { status, stdout: stdout.trim(), stderr: stderr.trim() };
}

describe('launch.sh', () => {
  test('runs the bundle, with any arguments as they are', () => {
    const args = ['-l', 'puredb:/a b', '', '*', "it's", '$HOME', 'ü\n'];
    expect(launch(join(root, 'node_modules/.bin/pure-x'), args)).toEqual({
      status: 0,
      stdout: `bundle ${JSON.stringify(args)}`,
      stderr: '',
    });
  });

  test.each([
    ['no bundle is built', () => rmSync(join(root, 'apps/pure-x/dist'), { recursive: true })],
    ['a source of the program is newer', () => age('apps/pure-x/src/main.ts', -10)],
    ['a source of a library is newer', () => age('libs/l/src/deep/part.ts', -10)],
  ])('runs the sources when %s', (_, change) => {
    change();
    expect(launch(join(root, 'node_modules/.bin/pure-x')).stdout).toBe('source []');
  });

  test('a newer test does not make the bundle old', () => {
    age('libs/l/src/deep/part.test.ts', -10);
    expect(launch(join(root, 'node_modules/.bin/pure-x')).stdout).toBe('bundle []');
  });

  test('works through links from elsewhere, relative ones and ones of another name, from any folder', () => {
    symlinkSync('../node_modules/.bin/pure-x', join(root, 'bin/pure-x'));
    symlinkSync('pure-x', join(root, 'bin/ftp-renamed'));
    expect(launch('pure-x', [], `${join(root, 'bin')}:${process.env['PATH']}`, '/').stdout).toBe('bundle []');
    expect(launch('ftp-renamed', ['1'], `${join(root, 'bin')}:${process.env['PATH']}`, '/').stdout).toBe(
      'bundle ["1"]',
    );
    expect(launch('./pure-x', [], undefined, join(root, 'bin')).stdout).toBe('bundle []');
  });

  test('an unknown name is told and fails', () => {
    symlinkSync('../tools/programs/launch.sh', join(root, 'bin/pure-y'));
    const { status, stderr } = launch(join(root, 'bin/pure-y'));
    expect(status).toBe(127);
    expect(stderr).toBe(`pure-y: no program of this name in ${root}/apps`);
  });

  test('without the pinned Node it takes one of the PATH, unless that is too old', () => {
    rmSync(join(root, 'node_modules/.bin/node'));
    symlinkSync(process.execPath, join(root, 'bin/node'));
    const path = `${join(root, 'bin')}:/usr/bin:/bin`;
    expect(launch(join(root, 'node_modules/.bin/pure-x'), [], path).stdout).toBe('bundle []');
    rmSync(join(root, 'bin/node'));
    writeFileSync(join(root, 'bin/node'), '#!/bin/sh\necho 20\n', { mode: 0o755 });
    const { status, stderr } = launch(join(root, 'node_modules/.bin/pure-x'), [], path);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^pure-x: Node 24 or later is needed; run `npm ci` in /);
  });

  test('the exit code and the signals are the program’s own', () => {
    put('apps/pure-x/dist/pure-x.js', 'process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000);');
    expect(spawnSync(join(root, 'node_modules/.bin/pure-x')).signal).toBe('SIGTERM');
    put('apps/pure-x/dist/pure-x.js', 'process.exit(3);');
    expect(launch(join(root, 'node_modules/.bin/pure-x')).status).toBe(3);
  });
});

test('every program in apps/ is at node_modules/.bin, and nothing else is', () => {
  const { bin } = readManifest(join(import.meta.dirname, 'package.json'));
  expect(Object.keys(bin).sort()).toEqual(readdirSync(join(workspaceRoot, 'apps')).sort());
  expect(new Set(Object.values(bin))).toEqual(new Set(['launch.sh']));
});
