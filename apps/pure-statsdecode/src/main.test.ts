import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, closeSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { temporaryFolder } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

const MAIN = join(import.meta.dirname, 'main.ts');
const TEST_DATA = join(import.meta.dirname, '../test-data');
const ENVIRONMENT = { ...process.env, TZ: 'UTC' };

function run(words: readonly string[], input: Buffer | string = ''): object {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], { input, env: ENVIRONMENT });
  return { status, stdout: stdout.toString('latin1'), stderr: stderr.toString('latin1') };
}

const log = join(TEST_DATA, 'stats.log');
const decoded = readFileSync(join(TEST_DATA, 'statsdecode-UTC.out'), 'latin1');

test('decodes a file, and standard input', () => {
  expect(run([log])).toEqual({ status: 0, stdout: decoded, stderr: '' });
  expect(run(['-'], readFileSync(log))).toEqual({ status: 0, stdout: decoded, stderr: '' });
});

const USAGE = 'Usage: pure-statsdecode [stats log file] [-]\n';

test.each([[[]], [['a', 'b']], [['--', '-']]])('%j is no file', (words) => {
  expect(run(words)).toEqual({ status: 1, stdout: USAGE, stderr: '' });
});

test.each(['/nonexistent/log', '-h'])('says in the words of the C program that %s cannot be opened', (word) => {
  const stderr = "Can't open file: : No such file or directory\n";
  expect(run([word])).toEqual({ status: 255, stdout: '', stderr });
});

test('says what cannot be read', () => {
  using folder = temporaryFolder();
  expect(run([folder.path])).toEqual({ status: 1, stdout: '', stderr: 'pure-statsdecode: Is a directory\n' });
});

test.skipIf(!existsSync('/dev/full'))('says that the output is full', () => {
  const full = openSync('/dev/full', 'w');
  const child = spawnSync(process.execPath, [MAIN, log], { stdio: ['ignore', full, 'pipe'] });
  closeSync(full);
  expect(child.status).toBe(1);
  expect(child.stderr.toString()).toBe('pure-statsdecode: No space left on device\n');
});

test('reads a name whose bytes are no UTF-8', () => {
  using folder = temporaryFolder();
  const name = Buffer.concat([Buffer.from(`${folder.path}/log`), Buffer.of(0xe9)]);
  writeFileSync(name, '0 x\n');
  const shell = `exec "$1" "$2" "$3"/log$(printf '\\351')`;
  const child = spawnSync('sh', ['-c', shell, 'sh', process.execPath, MAIN, folder.path], { env: ENVIRONMENT });
  expect(child.stdout.toString()).toBe('1970/01/01 00:00:00 x\n');
});

function* endless(piece: Buffer): Generator<Buffer, never> {
  for (;;) yield piece;
}

test('a gigantic line takes no memory, and who stops reading ends the program quietly', async () => {
  const child = spawn(process.execPath, ['--max-old-space-size=24', MAIN, '-'], { env: ENVIRONMENT });
  let bytes = 0;
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > 64 * 1024 * 1024) child.stdout.destroy();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (errors += text));
  const exited = once(child, 'exit');
  const input = Readable.from(endless(Buffer.alloc(1024 * 1024, 'x')));
  await expect(pipeline(input, child.stdin)).rejects.toThrow(/EPIPE|ECONNRESET|Premature close/);
  await exited;
  expect(errors).toBe('');
  expect(child.exitCode).toBe(141);
});
