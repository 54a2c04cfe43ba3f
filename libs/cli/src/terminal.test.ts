import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { isTerminal } from './terminal.ts';

const SCRIPT = `import { isTerminal } from ${JSON.stringify(join(import.meta.dirname, 'terminal.ts'))};
console.log(isTerminal(0), isTerminal(1), process.moduleLoadList.includes('NativeModule tty'));`;

test('neither a pipe nor /dev/null is a terminal, and nothing is loaded to find that out', () => {
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', SCRIPT], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  expect(stdout).toBe('false false false\n');
});

test('a terminal is one', () => {
  // The first side of a new one.
  const fd = openSync('/dev/ptmx', 'r+');
  try {
    expect(isTerminal(fd)).toBe(true);
  } finally {
    closeSync(fd);
  }
});

test('a descriptor that is not open is none', () => {
  expect(isTerminal(1_000_000)).toBe(false);
});
