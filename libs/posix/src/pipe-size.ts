import { koffi, nativeFunction } from './native.ts';
import { SystemError } from './system-error.ts';

const F_SETPIPE_SZ = 1031;

// Variadic in C; see openat2.ts.
const fcntl = nativeFunction<[number, number, number], number>('fcntl', 'int', ['int', 'int', 'int']);

/**
 * How much a pipe holds before a writer has to wait: 64 KiB unless it was changed.
 *
 * @returns The new size, which may be larger than asked.
 * @throws {SystemError} EPERM above /proc/sys/fs/pipe-max-size for others than root; EBUSY when it holds more.
 * @throws {NativeUnavailableError}
 */
export function setPipeSize(fd: number, bytes: number): number {
  const size = fcntl()(fd, F_SETPIPE_SZ, bytes);
  if (size < 0) throw SystemError.fromErrno(koffi().errno(), 'fcntl');
  return size;
}
