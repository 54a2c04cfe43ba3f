// Programs that cron and web servers start again and again: they load what they use, and nothing else.
import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { temporaryFolder } from '@pure-ftpd/testing';
import { workspaceRoot } from '@pure-ftpd/workspace';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { servedAs } from './support/daemon.ts';

/** Modules of Node that take a tenth of its start and more. */
const LARGE = ['child_process', 'crypto', 'dns', 'net', 'tls', 'tty', 'worker_threads', 'zlib'];

/** Has a process tell what it has loaded, on another descriptor than the program writes to. */
const TELL = `process.on('exit', () => process.getBuiltinModule('fs').writeSync(3, process.moduleLoadList.join('\\n')));`;

const { uid, gid } = servedAs();

let folder: ReturnType<typeof temporaryFolder>;
beforeAll(() => {
  folder = temporaryFolder();
  writeFileSync(join(folder.path, 'tell.cjs'), TELL);
  writeFileSync(join(folder.path, 'users'), 'user:x:3001:3001::/srv/user/./::::::::::::\n');
  writeFileSync(join(folder.path, 'empty'), '');
  mkdirSync(join(folder.path, 'home'));
  chownSync(join(folder.path, 'home'), uid, gid);
});
afterAll(() => folder[Symbol.dispose]());

test.each<[string, ...string[]]>([
  ['pure-ftpwho', '-n'],
  ['pure-ftpwho', '-w'],
  ['pure-mrtginfo'],
  ['pure-pw', 'list', 'all', '-f', 'users'],
  ['pure-pw', 'show', 'user', '-f', 'users'],
  ['pure-pw', 'mkdb', 'users.pdb', '-f', 'users'],
  ['pure-pwconvert'],
  ['pure-quotacheck', '-u', String(uid), '-g', String(gid), '-d', 'home'],
  ['pure-statsdecode', 'empty'],
])('%s %s', (program, ...words) => {
  const bundle = join(workspaceRoot, 'apps', program, 'dist', `${program}.js`);
  const { output, stderr } = spawnSync(process.execPath, ['--require', './tell.cjs', bundle, ...words], {
    cwd: folder.path,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const loaded = output[3]?.split('\n') ?? [];
  expect(loaded, stderr).toContain('NativeModule fs');
  expect(LARGE.filter((name) => loaded.includes(`NativeModule ${name}`))).toEqual([]);
});
