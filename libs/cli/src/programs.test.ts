import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { failedCall, systemErrorText } from './system-error-text.ts';

const INDEX = join(import.meta.dirname, 'index.ts');

function runProgram(body: string, shell = '"$@"'): { status: number | null; stdout: string; stderr: string } {
  const program = `import * as cli from ${JSON.stringify(INDEX)};\n${body}`;
  const words = ['-c', shell, 'sh', process.execPath, '--input-type=module', '-e', program];
  const { status, stdout, stderr } = spawnSync('/bin/sh', words, { encoding: 'latin1' });
  return { status, stdout, stderr };
}

describe('fail', () => {
  test('prints one line and ends with the status', () => {
    expect(runProgram('cli.fail("prog", "a\\nb", 3); console.log("not reached")')).toEqual({
      status: 3,
      stdout: '',
      stderr: 'prog: a b\n',
    });
  });
});

describe('writeAll', () => {
  test('writes more than a pipe holds, in order with standard error', () => {
    const { stdout } = runProgram(
      'cli.writeAll(1, Buffer.alloc(300000, "x")); cli.writeAll(2, Buffer.from("err")); cli.writeAll(1, Buffer.from("end"))',
      '"$@" 2>&1 | cat',
    );
    expect(stdout).toBe(`${'x'.repeat(300_000)}errend`);
  });

  test('a reader that is gone ends the program quietly', () => {
    const loop = 'for (;;) cli.writeAll(1, Buffer.alloc(65536, "x"))';
    expect(runProgram(loop, '"$@" | head -c 3')).toEqual({ status: 0, stdout: 'xxx', stderr: '' });
  });
});

describe('rawArguments', () => {
  test('gives the bytes that Node loses, and empty words', () => {
    const shell = `exec "$@" -- a '' "$(printf 'l\\351\\377')" ''`;
    const { stdout } = runProgram('console.log(cli.rawArguments().map((word) => word.toString("hex")).join())', shell);
    // Without a script file the words start one earlier.
    expect(stdout.trim().split(',').slice(-3)).toEqual(['', '6ce9ff', '']);
  });
});

describe('systemErrorText', () => {
  test('is what the C library says, from the error or its cause', () => {
    const failed = Object.assign(new Error('x'), { code: 'EISDIR', syscall: 'rename' });
    expect(systemErrorText(failed)).toBe('Is a directory');
    const wrapped = new Error('outer', { cause: failed });
    expect(systemErrorText(wrapped)).toBe('Is a directory');
    expect(failedCall(wrapped)).toEqual({ code: 'EISDIR', syscall: 'rename' });
  });

  test('falls back on what there is', () => {
    expect(systemErrorText(new Error('plain'))).toBe('plain');
    expect(systemErrorText(Object.assign(new Error(), { code: 'ENOTCONN', syscall: 'x' }))).not.toBe('');
    expect(systemErrorText(Object.assign(new Error(), { code: 'EWHAT', syscall: 'x' }))).toBe('EWHAT');
    expect(systemErrorText('text')).toBe('text');
  });
});
