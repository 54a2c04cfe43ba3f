import { closeSync, readSync, writeSync } from 'node:fs';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { isPipePeekAvailable, makePipe, type Pipe, peekPipe } from './pipe-peek.ts';
import { untilReadable } from './poll.ts';

let pipe: Pipe;
let scratch: Pipe;
beforeEach(() => {
  pipe = makePipe();
  scratch = makePipe();
});
afterEach(() => {
  for (const fd of [pipe.read, pipe.write, scratch.read, scratch.write]) closeSync(fd);
});

test.runIf(isPipePeekAvailable())('what is in a pipe is seen, and stays there', () => {
  const bytes = Buffer.alloc(4);
  expect(peekPipe(pipe.read, bytes, scratch)).toBe(0);
  writeSync(pipe.write, 'abcdef');
  for (let time = 0; time < 3; time += 1) {
    expect(peekPipe(pipe.read, bytes, scratch)).toBe(4);
    expect(bytes.toString()).toBe('abcd');
  }
  const all = Buffer.alloc(10);
  expect(all.toString('latin1', 0, readSync(pipe.read, all))).toBe('abcdef');
  expect(peekPipe(pipe.read, bytes, scratch)).toBe(0);
});

test.runIf(isPipePeekAvailable())('what is no pipe cannot be looked into', () => {
  expect(() => peekPipe(0x7f_ff_ff_ff, Buffer.alloc(1), scratch)).toThrow(/EBADF|tee/);
});

test.runIf(isPipePeekAvailable())(
  'a pipe is waited for without reading from it, until one of several can be read',
  async () => {
    let isReadable = false;
    const waiting = untilReadable(pipe.read, scratch.read).then(() => (isReadable = true));
    await new Promise(setImmediate);
    expect(isReadable).toBe(false);
    writeSync(scratch.write, 'x');
    await waiting;
    const byte = Buffer.alloc(1);
    expect(readSync(scratch.read, byte)).toBe(1);
    writeSync(pipe.write, 'y');
    await untilReadable(pipe.read, scratch.read);
    expect(readSync(pipe.read, byte)).toBe(1);
  },
);
