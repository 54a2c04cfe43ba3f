// What the programs say of themselves: for scripts as the C programs, for people more.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { describeWith } from '@pure-ftpd/peers/vitest';
import { workspaceRoot } from '@pure-ftpd/workspace';
import { expect, test } from 'vitest';

import { runProgram } from '../support/program.ts';
import { c, ours } from '../support/programs.ts';

const PROGRAMS = readdirSync(join(workspaceRoot, 'apps'));

/** A program of ours, as it is called. */
function program(name: string): string {
  return join(workspaceRoot, 'node_modules', '.bin', name);
}

function withoutVersion(text: string): string {
  return text.replace(/^pure-ftpd v[\d.]+ /, 'pure-ftpd vN ');
}

test.each(PROGRAMS)('%s --version tells the version as the second word', async (name) => {
  const { status, stdout, stderr } = await runProgram(program(name), ['--version']);
  expect({ status, stdout, stderr }).toEqual({
    status: 0,
    stderr: '',
    stdout: expect.stringMatching(/^pure-[a-z]+ v\d+\.\d+\.\d+\n$/),
  });
  expect(stdout.split(' ')[0]).toBe(name);
});

test.each(PROGRAMS)('%s --help tells what it is for, and how it is called', async (name) => {
  const { status, stdout, stderr } = await runProgram(program(name), ['--help']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(new RegExp(`^(?:Usage: )?${name}\\b`, 'm'));
  expect(stdout).toContain('--version');
  // More than names: words that explain.
  expect(stdout.split(/\s+/).length).toBeGreaterThan(40);
});

describeWith(['root', 'pure-ftpd'], 'pure-ftpd -h in a pipe', () => {
  test('begins with the list of the C server, to the byte but for the number of the version', async () => {
    const [theirs = '', own = ''] = await Promise.all(
      [c, ours].map(async (side) => (await runProgram(side.program('pure-ftpd'), ['-h'])).stdout),
    );
    expect(withoutVersion(own).startsWith(withoutVersion(theirs))).toBe(true);
  });

  test.each(['-h', '--help'])('%s gives the version to head and cut', async (option) => {
    const script = `"$1" ${option} | head -1 | cut -d' ' -f2`;
    expect((await runProgram('sh', ['-c', script, 'sh', c.program('pure-ftpd')])).stdout).toBe('v1.0.50\n');
    expect((await runProgram('sh', ['-c', script, 'sh', ours.program('pure-ftpd')])).stdout).toMatch(
      /^v\d+\.\d+\.\d+\n$/,
    );
  });
});
