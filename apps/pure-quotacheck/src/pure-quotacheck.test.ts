import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { isOpenat2Available } from '@pure-ftpd/posix';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Accounts } from './accounts.ts';
import { parseCommandLine, UsageRequest } from './command-line.ts';
import { Progress } from './progress.ts';
import { USAGE } from './usage.ts';

const main = join(import.meta.dirname, 'main.ts');

const accounts: Accounts = {
  user: (name) => (name === 'ftpuser' ? { uid: 3001, gid: 3002 } : undefined),
  group: (name) => (name === 'ftpgroup' ? 3003 : undefined),
  groupsOf: () => [],
};
const parse = (line: string, starter = { uid: 0, gid: 0 }): unknown =>
  parseCommandLine(line === '' ? [] : line.split(' '), accounts, starter);

// All of it beside the C tool: test/interop/quotacheck.test.ts.
describe('a command line', () => {
  it('names an account and a directory', () => {
    const common = { directory: '/x', dryRun: false };
    expect(parse('-u ftpuser -d /x')).toEqual({ uid: 3001, gid: 3002, ...common });
    expect(parse('-g ftpgroup -u ftpuser -d /x more')).toEqual({ uid: 3001, gid: 3003, ...common });
    expect(parse('-u 5 -g 6 -d /x')).toEqual({ uid: 5, gid: 6, ...common });
    expect(parse('-d /x', { uid: 7, gid: 8 })).toEqual({ uid: 7, gid: 8, ...common });
    expect(parse('-u ftpuser --dry-run -d /x')).toEqual({ uid: 3001, gid: 3002, directory: '/x', dryRun: true });
  });

  it.each([
    ['-u ftpuser', 255],
    ['-u ftpuser -g 5 -d /x', 255],
    ['-d /x -d /y', 255],
    ['-u 0 -g 5 -d /x', 254],
    ['-u nosuch -g 5 -d /x', 254],
    ['-u 5 -d /x', 254],
  ])('%s ends with %d', (line, status) => {
    expect(() => parse(line)).toThrow(expect.objectContaining({ status }));
  });

  it.each(['', '-h', '-x', '-u', '--help', '-d /a -h -d /b'])('%j asks for the usage', (line) => {
    expect(() => parse(line)).toThrow(UsageRequest);
  });
});

it('the usage is that of the C tool', () => {
  expect(USAGE).toBe(readFileSync(join(import.meta.dirname, '..', 'test-data', 'usage.out'), 'utf8'));
});

describe.skipIf(!isOpenat2Available())('a check', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'quotacheck-'));
    mkdirSync(join(home, 'd'));
    writeFileSync(join(home, 'd', 'f'), '12345');
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const isRoot = process.getuid?.() === 0;
  const account = isRoot ? ['-u', '65534', '-g', '65534'] : [];
  const run = (...words: readonly string[]): unknown => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...account, ...words], { encoding: 'utf8' });
    return { status, stdout, stderr };
  };

  it('writes the quota file, and says nothing', () => {
    if (isRoot) chmodSync(home, 0o777);
    expect(run('-d', home)).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(readFileSync(join(home, '.ftpquota'), 'utf8')).toBe('2 5\n');
    expect(statSync(join(home, '.ftpquota')).mode & 0o777).toBe(0o600);
  });

  it('tells what is wrong with the directory', () => {
    expect(run('-d', join(home, 'd', 'f'))).toMatchObject({
      status: 253,
      stderr: expect.stringContaining('[Not a directory]'),
    });
  });
});

it('progress is a line that goes away', async () => {
  const child = spawn(process.execPath, [
    '--input-type=module',
    '-e',
    `import { Progress } from ${JSON.stringify(join(import.meta.dirname, 'progress.ts'))};
     const progress = new Progress(1);
     const end = performance.now() + 250;
     for (let files = 1234567; performance.now() < end; files++) progress.show(files);
     progress.end();`,
  ]);
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (shown += text));
  await once(child, 'close');
  expect(shown).toMatch(/^(?:\r\d,\d{3},\d{3} files)+\r\u001B\[K$/);
  const silent = new Progress(undefined);
  expect(() => (silent.show(1), silent.end())).not.toThrow();
});
