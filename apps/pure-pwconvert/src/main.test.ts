import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

// The program reads /etc through the C library, so it runs in a mount namespace with recorded files there.

const TEST_DATA = join(import.meta.dirname, '../test-data');
const MAIN = join(import.meta.dirname, 'main.ts');

function sample(name: string): Buffer {
  return readFileSync(join(TEST_DATA, `pwconvert.${name}`));
}

const isRoot = process.getuid?.() === 0;
const canMount = isRoot && spawnSync('unshare', ['--mount', 'true']).status === 0;

describe.skipIf(!canMount)('pure-pwconvert on recorded accounts (needs root and unshare)', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pure-pwconvert-'));
    for (const name of ['passwd', 'shadow', 'shells']) {
      cpSync(join(TEST_DATA, `pwconvert.etc-${name}`), join(folder, name));
    }
    for (const home of 'abcdefg') {
      mkdirSync(join(folder, 'srv/home', home), { recursive: true });
    }
    execFileSync('chmod', ['600', join(folder, 'shadow')]);
    execFileSync('chmod', ['755', folder]);
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function convert(as: string): { stdout: Buffer; stderr: string; status: number | null } {
    const script = `
      for file in passwd shadow shells; do mount --bind "$0/$file" "/etc/$file" || exit 99; done
      mount --bind "$0/srv" /srv || exit 99
      ${as} "$1" "$2" ignored arguments`;
    const child = spawnSync('unshare', ['--mount', 'sh', '-c', script, folder, process.execPath, MAIN]);
    return { stdout: child.stdout, stderr: child.stderr.toString(), status: child.status };
  }

  test('as root, with hashes', () => {
    expect(convert('')).toEqual({ stdout: sample('root.out'), stderr: '', status: 0 });
  });

  test('as an ordinary user, without the hashes of the shadow database', () => {
    const unprivileged = 'setpriv --reuid 1001 --regid 1001 --clear-groups';
    expect(convert(unprivileged)).toEqual({ stdout: sample('user.out'), stderr: '', status: 0 });
  });
});
