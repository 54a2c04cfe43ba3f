import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { workspaceRoot } from '@pure-ftpd/workspace';
import { expect, test } from 'vitest';
import { longTests } from './long-tests.ts';

/** A call in pieces, so that this file is not taken for one with a long form. */
const IMPORT = ['import { so', "ak } from '@pure-ftpd/testing';\n"].join('');
const CALL = ['const rounds = so', 'ak(1, 1000);\n'].join('');

test('finds the test files with a long form by reading them', () => {
  const root = mkdtempSync(join(tmpdir(), 'long-'));
  try {
    const files = {
      'libs/a/src/deep/long.test.ts': IMPORT + CALL,
      'libs/a/src/long-alone.test.ts': [
        ['import { describeIn', "Soak } from '@pure-ftpd/peers/vitest';\n"].join(''),
        ['describeIn', "Soak([], 'x', () => {});\n"].join(''),
      ].join(''),
      'libs/a/src/short.test.ts': 'test();',
      'libs/a/src/imported-only.test.ts': IMPORT,
      'libs/a/src/own-function.test.ts': CALL,
      'libs/a/src/no-test.ts': IMPORT + CALL,
      'libs/a/dist/old.test.ts': IMPORT + CALL,
      'libs/a/node_modules/b/other.test.ts': IMPORT + CALL,
      'elsewhere/long.test.ts': IMPORT + CALL,
      'test/faults/storm.test.ts': IMPORT + CALL,
    };
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(root, dirname(name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
    expect(longTests(root, ['test', 'libs/a'])).toEqual([
      'libs/a/src/deep/long.test.ts',
      'libs/a/src/long-alone.test.ts',
      'test/faults/storm.test.ts',
    ]);
  } finally {
    rmSync(root, { recursive: true });
  }
});

test('npm run soak refuses a name that no long test has, and says which there are', () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'soak.ts'), 'nowhere-to-be-found'],
    {
      cwd: workspaceRoot,
      encoding: 'utf8',
    },
  );
  expect(status).toBe(2);
  expect(stderr).toMatch(/^npm run soak: no long test of this name: nowhere-to-be-found; there are\n/);
  expect(stderr).toContain('\nlibs/jail/src/jail-race.test.ts\n');
});
