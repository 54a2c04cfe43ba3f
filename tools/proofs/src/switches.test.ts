import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, test } from 'vitest';

import { switchProofs, switchTable } from './switches.ts';

const OPTIONS = [
  { short: 'c', long: 'maxclientsnumber', keys: [{ name: 'MaxClientsNumber' }] },
  { short: 'C', long: 'maxclientsperip', keys: [] },
  { long: 'user', keys: [] },
  { short: 'v', long: 'bonjour', unsupported: true, keys: [] },
] as const;

const found = (name: string): string[] =>
  switchProofs(OPTIONS, [{ file: 'a.test.ts', name }])
    .filter(({ tests }) => tests.length > 0)
    .map(({ option }) => option);

describe('a test proves a switch', () => {
  test.each([
    ['-c: more are turned away', ['-c --maxclientsnumber']],
    ['ours: ["-C","1"]', ['-C --maxclientsperip']],
    ['--user, with no way back', ['--user']],
    ['by their number (--maxclientsnumber)', ['-c --maxclientsnumber']],
    ['x-c', []],
    ['-cx --username -v', []],
  ])('by its name: %s', (name, options) => {
    expect(found(name)).toEqual(options);
  });
});

test('tests that compare come first, and the table has a line for each switch', () => {
  const proofs = switchProofs(OPTIONS, [
    { file: 'apps/a.test.ts', name: '-c' },
    { file: 'test/interop/b.test.ts', name: 'a|b > -c' },
    { file: 'apps/a.test.ts', name: '-C' },
  ]);
  expect(switchTable(proofs).split('\n')).toEqual([
    '| option | specification | key | test | beside the C server |',
    '| --- | --- | --- | --- | --- |',
    String.raw`| -c --maxclientsnumber | server-options §2 -c | MaxClientsNumber | test/interop/b.test.ts: a\|b > -c (and 1 more) | yes |`,
    '| -C --maxclientsperip | server-options §2 -C | – | apps/a.test.ts: -C | – |',
    '| --user | ours | – | NONE | – |',
    '',
  ]);
});

const run = promisify(execFile);
const MAIN = join(import.meta.dirname, 'main.ts');

test('every switch has one', async () => {
  const { stdout, stderr } = await run(process.execPath, [MAIN]);
  expect(stdout).toMatch(/^\| -0 --notruncate \| server-options §2 -0 \| NoTruncate \| test\/interop\/.* \| yes \|$/m);
  expect(stdout).not.toContain('NONE');
  expect(stderr).toBe('');
});

test('where some have none, they are told, and the status is 1', async () => {
  await expect(run(process.execPath, [MAIN, 'apps/pure-ftpd/src/limits'])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^without a test: -0 --notruncate, /),
  });
});
