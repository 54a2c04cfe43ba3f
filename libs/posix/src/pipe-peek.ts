// Looking into a pipe: what is there stays there.

import { readSync } from 'node:fs';

import { isAvailable, koffi, nativeFunction } from './native.ts';
import { isSystemCode, SystemError } from './system-error.ts';

const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
const SPLICE_F_NONBLOCK = 2;

const pipe2 = nativeFunction<[Int32Array, number], number>('pipe2', 'int', ['void *', 'int']);
const tee = nativeFunction<[number, number, number, number], number>('tee', 'long', ['int', 'int', 'size_t', 'uint']);

/** The ends of a pipe. */
export interface Pipe {
  readonly read: number;
  readonly write: number;
}

/** Whether {@link peekPipe} can be called here. */
export function isPipePeekAvailable(): boolean {
  return isAvailable(pipe2) && isAvailable(tee);
}

/**
 * An unnamed pipe that does not wait, closed by executing a program.
 *
 * @returns Descriptors that are the caller's to close.
 * @throws {SystemError} EMFILE and its kind.
 */
export function makePipe(): Pipe {
  const fds = new Int32Array(2);
  if (pipe2()(fds, O_NONBLOCK | O_CLOEXEC) !== 0) throw SystemError.fromErrno(koffi().errno(), 'pipe2');
  const [read = -1, write = -1] = fds;
  return { read, write };
}

/**
 * Copies the first bytes of a pipe without taking them: tee(2). Never waits.
 *
 * @param fd Its reading end.
 * @param scratch An empty pipe, which is empty again afterwards.
 * @returns How many there are in `into`; 0 when the pipe is empty. There may be more of them in the pipe.
 * @throws {SystemError} when the descriptor is no pipe.
 * @throws {NativeUnavailableError} where {@link isPipePeekAvailable} says so.
 */
export function peekPipe(fd: number, into: Buffer, scratch: Pipe): number {
  const copied = tee()(fd, scratch.write, into.length, SPLICE_F_NONBLOCK);
  if (copied < 0) {
    const error = SystemError.fromErrno(koffi().errno(), 'tee');
    if (isSystemCode(error, 'EAGAIN')) return 0;
    throw error;
  }
  let length = 0;
  while (length < copied) length += readSync(scratch.read, into, length, copied - length, null);
  return length;
}
