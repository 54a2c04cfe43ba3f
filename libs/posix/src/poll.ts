// Waiting for a descriptor without reading from it, which Node cannot.

import { callAsync, isAvailable, koffi, nativeFunction } from './native.ts';
import { SystemError } from './system-error.ts';

const POLLIN = 1;
/** `struct pollfd`: the descriptor, what is waited for, what has come. */
const POLLFD_BYTES = 8;

const poll = nativeFunction<[Buffer, number, number], number>('poll', 'int', ['void *', 'ulong', 'int']);

/** Whether {@link untilReadable} can be called here. */
export function isPollAvailable(): boolean {
  return isAvailable(poll);
}

/**
 * Waits until one of some descriptors can be read, or has ended. A thread of the pool waits, so it takes one descriptor more by
 * which it can be woken. All must stay open meanwhile.
 *
 * @throws {SystemError} ENOMEM and its kind.
 * @throws {NativeUnavailableError} where {@link isPollAvailable} says so.
 */
export async function untilReadable(...fds: readonly number[]): Promise<void> {
  const records = Buffer.alloc(fds.length * POLLFD_BYTES);
  const view = new DataView(records.buffer, records.byteOffset, records.length);
  const isLittle = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
  for (const [index, fd] of fds.entries()) {
    view.setInt32(index * POLLFD_BYTES, fd, isLittle);
    view.setInt16(index * POLLFD_BYTES + 4, POLLIN, isLittle);
  }
  // EINTR: whoever asked looks, and asks again.
  if ((await callAsync(poll(), records, fds.length, -1)) < 0) {
    const errno = koffi().errno();
    if (errno !== 4) throw SystemError.fromErrno(errno, 'poll');
  }
}
