import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readManifest, workspaceRoot } from '@pure-ftpd/workspace';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** What the bundle of the program was made of, a file each. */
const SOURCES = ['apps/pure-x/src/main.ts', 'libs/l/src/deep/part.ts'];

/** A repository with one program, which prints how it was run, built of the sources that are there. */
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
  put('libs/l/src/deep/part.ts', 'one');
  put('libs/l/src/deep/part.test.ts', '');
  put('apps/pure-x/dist/pure-x.sources', spawnSync('sha256sum', SOURCES, { cwd: root, encoding: 'utf8' }).stdout);
});
afterEach(() => rmSync(root, { recursive: true }));

function put(file: string, content: string): void {
  writeFileSync(join(root, file), content);
}

/** Gives a file a time that differs from now by some days. */
function date(file: string, days: number): void {
  const time = Date.now() / 1000 + days * 86_400;
  utimesSync(join(root, file), time, time);
}

function launch(
  file: string,
  args: readonly string[] = [],
  path = process.env['PATH'] ?? '',
  cwd = root,
  environment: Readonly<Record<string, string>> = {},
) {
  const { status, stdout, stderr } = spawnSync(file, args, {
    cwd,
    encoding: 'utf8',
    // Not the socket that a pipe of Node's is.
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PURE_FTPD_SOURCES: '', PATH: path, ...environment },
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
    ['no bundle is built', 'it is not built', () => rmSync(join(root, 'apps/pure-x/dist'), { recursive: true })],
    [
      'nobody knows what it was built of',
      'it is not built',
      () => rmSync(join(root, 'apps/pure-x/dist/pure-x.sources')),
    ],
    [
      'a source has another content, of the same size and time',
      'they differ from what was built',
      () => {
        const { atime, mtime } = statSync(join(root, SOURCES[1] ?? ''));
        put('libs/l/src/deep/part.ts', 'two');
        utimesSync(join(root, SOURCES[1] ?? ''), atime, mtime);
      },
    ],
    ['a source is gone', 'they differ from what was built', () => rmSync(join(root, 'libs/l/src/deep/part.ts'))],
  ])('runs the sources when %s, and says so', (_, why, change) => {
    change();
    expect(launch(join(root, 'node_modules/.bin/pure-x'))).toEqual({
      status: 0,
      stdout: 'source []',
      stderr: `pure-x: runs from its sources, since ${why}; \`npm run build\` in ${root} makes it start quicker`,
    });
  });

  test('says nothing of sources that run on purpose', () => {
    put('libs/l/src/deep/part.ts', 'two');
    expect(
      launch(join(root, 'node_modules/.bin/pure-x'), [], undefined, undefined, { PURE_FTPD_SOURCES: '1' }),
    ).toEqual({ status: 0, stdout: 'source []', stderr: '' });
  });

  test('says nothing where the line could go to a client of inetd', () => {
    put('libs/l/src/deep/part.ts', 'two');
    const { stdout, stderr } = spawnSync(join(root, 'node_modules/.bin/pure-x'), { encoding: 'utf8', input: '' });
    expect({ stdout, stderr }).toEqual({ stdout: 'source []\n', stderr: '' });
  });

  test('times do not matter: what was checked out or restored later is the same', () => {
    for (const file of SOURCES) date(file, 1);
    date('apps/pure-x/dist/pure-x.js', -1000);
    date('apps/pure-x/dist/pure-x.sources', -1000);
    expect(launch(join(root, 'node_modules/.bin/pure-x'))).toEqual({ status: 0, stdout: 'bundle []', stderr: '' });
  });

  test('what is not in the bundle does not make it old', () => {
    put('libs/l/src/deep/part.test.ts', 'changed');
    put('libs/l/src/another.ts', 'new');
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

  test('tells the program by what name it was called, where that has the ending of a build of it', () => {
    put('apps/pure-x/dist/pure-x.js', 'console.log(process.env.PURE_FTPD_PROGRAM_NAME);');
    symlinkSync('../tools/programs/launch.sh', join(root, 'bin/pure-x-virtualchroot'));
    symlinkSync('pure-x-virtualchroot', join(root, 'bin/ftpd'));
    for (const name of ['pure-x-virtualchroot', 'ftpd'])
      expect([name, launch(join(root, 'bin', name)).stdout]).toEqual([name, 'pure-x-virtualchroot']);
    expect(launch(join(root, 'node_modules/.bin/pure-x')).stdout).toBe('pure-x');
  });

  test('the names of Debian for builds of the server start the server', () => {
    mkdirSync(join(root, 'apps/pure-ftpd/src'), { recursive: true });
    put('apps/pure-ftpd/src/main.ts', 'console.log(process.env.PURE_FTPD_PROGRAM_NAME);');
    for (const build of ['mysql', 'postgresql-virtualchroot', 'ldap']) {
      const name = `pure-ftpd-${build}`;
      symlinkSync('../tools/programs/launch.sh', join(root, 'bin', name));
      expect(launch(join(root, 'bin', name)).stdout).toBe(name);
    }
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

test('every program in apps/ is at node_modules/.bin, some by another name as well, and nothing else is', () => {
  const { bin } = readManifest(join(import.meta.dirname, 'package.json'));
  const programs = readdirSync(join(workspaceRoot, 'apps'));
  const builds = ['', '-ldap', '-mysql', '-postgresql'].flatMap((build) => [build, `${build}-virtualchroot`]);
  const names = ['-wrapper', ...builds.filter((build) => build !== '')].map((name) => `pure-ftpd${name}`);
  expect(Object.keys(bin).sort()).toEqual([...programs, ...names].sort());
  expect(new Set(Object.values(bin))).toEqual(new Set(['launch.sh']));
});
