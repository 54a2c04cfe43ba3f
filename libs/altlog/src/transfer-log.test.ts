import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { openDescriptors, temporaryFolder, untilTrue } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';
import { TransferLog, type TransferLogFormat, type TransferLogProblem, type TransferRecord } from './index.ts';

/** One transfer for each number. */
function transfer(number: number): TransferRecord {
  return {
    time: Date.UTC(2026, 10, 20),
    session: { startedAt: 0, pid: 1 },
    user: 'alice',
    host: '192.0.2.77',
    address: '192.0.2.77',
    direction: 'upload',
    path: `/srv/${number}`,
    bytes: 1,
    seconds: 0,
    type: 'binary',
    complete: true,
    code: 226,
    encrypted: false,
  };
}

interface Written extends AsyncDisposable {
  readonly log: TransferLog;
  readonly problems: TransferLogProblem[];
}

async function openLog(path: string, format: TransferLogFormat = 'clf'): Promise<Written> {
  const problems: TransferLogProblem[] = [];
  const log = new TransferLog(
    { format, path },
    { software: 'test 1', onProblem: (problem) => void problems.push(problem) },
  );
  await log.open();
  return { log, problems, [Symbol.asyncDispose]: () => log.close() };
}

/** The numbers of the transfers in a log, in the order in which they are there. */
function numbers(path: string): number[] {
  const lines = readFileSync(path, 'latin1').split('\n');
  expect(lines.pop()).toBe('');
  return lines.filter((line) => !line.startsWith('#')).map((line) => Number(/"PUT \/srv\/(\d+)"/.exec(line)?.[1]));
}

/** For locks of another kind than ours: those of a process. */
const hasPython = spawnSync('python3', ['-c', '']).status === 0;

function shell(script: string, path: string): void {
  execFileSync('sh', ['-c', script, path]);
}

function headers(path: string): number {
  return readFileSync(path, 'latin1').split('#Fields: ').length - 1;
}

function range(count: number, from = 0): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

test('makes the file when it is opened, for its owner only, and writes lines in their order', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'log');
  const before = openDescriptors();
  {
    await using written = await openLog(path);
    expect(statSync(path).mode & 0o7777).toBe(0o600);
    expect(statSync(path).size).toBe(0);
    for (const number of range(100)) written.log.write(transfer(number));
    await written.log.close();
    expect(written.problems).toEqual([]);
  }
  expect(numbers(path)).toEqual(range(100));
  expect(openDescriptors()).toBe(before);
});

test('adds to a file that is there, which keeps its mode', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'log');
  writeFileSync(path, 'kept\n');
  chmodSync(path, 0o640);
  await using written = await openLog(path, 'w3c');
  written.log.write(transfer(0));
  await written.log.close();
  expect(readFileSync(path, 'latin1')).toMatch(/^kept\n2026-11-20 .*\n$/);
  expect(statSync(path).mode & 0o7777).toBe(0o640);
});

test('writes a header into a file that it makes, also after a rotation, and into no other', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'log');
  await using first = await openLog(path, 'w3c');
  await using second = await openLog(path, 'w3c');
  expect(headers(path)).toBe(1);
  renameSync(path, `${path}.1`);
  first.log.write(transfer(0));
  second.log.write(transfer(1));
  await Promise.all([first.log.close(), second.log.close()]);
  expect([headers(path), headers(`${path}.1`)]).toEqual([1, 1]);
});

test('goes on in a new file when the old one was moved away, removed or emptied', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'log');
  await using written = await openLog(path);
  const write = async (number: number, file: string, expected: number[]): Promise<void> => {
    written.log.write(transfer(number));
    await untilTrue('the line is there', () => existsSync(file) && numbers(file).length === expected.length);
    expect(numbers(file)).toEqual(expected);
  };
  await write(0, path, [0]);
  renameSync(path, `${path}.1`);
  await write(1, path, [1]);
  expect(numbers(`${path}.1`)).toEqual([0]);
  truncateSync(path);
  await write(2, path, [2]);
  writeFileSync(`${path}.new`, '');
  renameSync(`${path}.new`, path);
  await write(3, path, [3]);
  expect(written.problems).toEqual([]);
});

test.skipIf(!hasPython)(
  'several writers of one file, some of which seek to its end, lose and tear nothing',
  async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'log');
    writeFileSync(path, '');
    // What the C server does for each line, by another program, with locks of processes.
    const seeker = `
import fcntl, os, sys
f = os.open(sys.argv[1], os.O_WRONLY)
for i in range(500):
    fcntl.lockf(f, fcntl.LOCK_EX)
    os.lseek(f, 0, os.SEEK_END)
    os.write(f, b'"PUT /srv/%d"\\n' % (int(sys.argv[2]) + i))
    fcntl.lockf(f, fcntl.LOCK_UN)
`;
    const seekers = [10_000, 20_000].map((from) => spawn('python3', ['-c', seeker, path, String(from)]));
    const ended = seekers.map((child) => once(child, 'exit'));
    await using first = await openLog(path);
    await using second = await openLog(path);
    for (const number of range(500)) {
      first.log.write(transfer(number));
      second.log.write(transfer(1000 + number));
    }
    await Promise.all([first.log.close(), second.log.close(), ...ended]);
    expect(seekers.map((child) => child.exitCode)).toEqual([0, 0]);
    const all = numbers(path);
    for (const from of [0, 1000, 10_000, 20_000]) {
      expect(all.filter((number) => number >= from && number < from + 500)).toEqual(range(500, from));
    }
    expect(all).toHaveLength(2000);
  },
);

test('refuses a link, says so once, and writes when it is gone', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'log');
  symlinkSync(join(folder.path, 'elsewhere'), path);
  await using written = await openLog(path);
  written.log.write(transfer(0));
  written.log.write(transfer(1));
  await untilTrue('both are lost', () => written.problems.length > 0);
  expect(existsSync(join(folder.path, 'elsewhere'))).toBe(false);
  renameSync(path, `${path}.link`);
  written.log.write(transfer(2));
  await written.log.close();
  expect(numbers(path).at(-1)).toBe(2);
  expect(written.problems.map(({ error }) => error)).toEqual([expect.objectContaining({ code: 'ELOOP' }), undefined]);
  expect(written.problems.reduce((sum, { lost }) => sum + lost, 0)).toBe(3 - numbers(path).length);
});

test('goes on in the file that is open when the one of its path cannot be opened', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'log');
  await using written = await openLog(path);
  renameSync(path, `${path}.1`);
  mkdirSync(path);
  written.log.write(transfer(0));
  written.log.write(transfer(1));
  await written.log.close();
  expect(numbers(`${path}.1`)).toEqual([0, 1]);
  expect(written.problems).toEqual([{ path, error: expect.objectContaining({ code: 'EISDIR' }), lost: 0 }]);
});

const isRoot = process.getuid?.() === 0;

test.skipIf(!isRoot)('a full disk loses lines, whole ones, and is told of at its beginning and its end', async () => {
  using folder = temporaryFolder();
  shell('mount -t tmpfs -o size=64k tmpfs "$0"', folder.path);
  try {
    const path = join(folder.path, 'log');
    const ballast = join(folder.path, 'ballast');
    await using written = await openLog(path);
    written.log.write(transfer(0));
    await untilTrue('it is written', () => statSync(path).size > 0);
    const one = statSync(path).size;
    // The log has a page of its own by now: what is free is what is left of it.
    expect(() => writeFileSync(ballast, Buffer.alloc(1024 * 1024))).toThrow('ENOSPC');
    const fits = Math.floor(4096 / one);
    for (const number of range(fits + 20, 1)) written.log.write(transfer(number));
    await untilTrue('it is told', () => written.problems.length > 0);
    truncateSync(ballast);
    written.log.write(transfer(1000));
    await written.log.close();
    const all = numbers(path);
    expect(all.at(-1)).toBe(1000);
    expect(all.slice(0, 10)).toEqual(range(10));
    expect(written.problems[0]?.error).toMatchObject({ code: 'ENOSPC' });
    expect(written.problems.at(-1)).toMatchObject({ error: undefined });
    const lost = written.problems.reduce((sum, problem) => sum + problem.lost, 0);
    expect(lost + all.length).toBe(fits + 22);
  } finally {
    shell('umount -l "$0"', folder.path);
  }
});

test('writes into a pipe, and loses lines, not time, when nobody reads it', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'pipe');
  shell('mkfifo "$0"', path);
  await using written = await openLog(path);
  expect(written.problems).toEqual([{ path, error: expect.objectContaining({ code: 'ENXIO' }), lost: 0 }]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    written.log.write(transfer(7));
    await written.log.close();
    const buffer = Buffer.alloc(1000);
    expect(buffer.toString('latin1', 0, readSync(reader, buffer))).toMatch(/"PUT \/srv\/7" 200 1\n$/);
  } finally {
    closeSync(reader);
  }
});

test('what waits for the disk is bounded, and what is lost is counted', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'log');
  await using written = await openLog(path);
  const count = 50_000;
  for (const number of range(count)) written.log.write(transfer(number));
  await written.log.close();
  const kept = numbers(path);
  expect(kept.length).toBeLessThan(count);
  expect(kept).toEqual(range(kept.length));
  expect(written.problems).toEqual([{ path, error: undefined, lost: count - kept.length }]);
});

test('nothing is written after the end', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'log');
  await using written = await openLog(path);
  await written.log.close();
  written.log.write(transfer(0));
  appendFileSync(path, '');
  expect(numbers(path)).toEqual([]);
});
