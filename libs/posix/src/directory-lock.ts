import { constants } from 'node:os';

import { isAvailable, koffi, nativeFunction } from './native.ts';
import { SystemError } from './system-error.ts';

const LOCK = { shared: 1, exclusive: 2 } as const;
const LOCK_NB = 4;
const { EINTR, EWOULDBLOCK } = constants.errno;

const flock = nativeFunction<[number, number], number>('flock', 'int', ['int', 'int']);

/** Whether {@link tryLockDirectory} can be called here. */
export function isDirectoryLockAvailable(): boolean {
  return process.platform === 'linux' && isAvailable(flock);
}

/**
 * Locks an open directory: flock(2), since fcntl locks for writing need a descriptor that is open for writing, which no directory
 * is. The lock is the open directory's, replaces one it has, and ends with its descriptor. Nothing is kept out but others who ask.
 *
 * @returns False when somebody else has a lock that excludes it; one that was there before may be lost then.
 * @throws {SystemError} as flock(2) says.
 * @throws {NativeUnavailableError} where {@link isDirectoryLockAvailable} says so.
 */
export function tryLockDirectory(fd: number, kind: keyof typeof LOCK): boolean {
  for (;;) {
    if (flock()(fd, LOCK[kind] | LOCK_NB) === 0) return true;
    const error = koffi().errno();
    if (error === EWOULDBLOCK) return false;
    if (error !== EINTR) throw SystemError.fromErrno(error, 'flock');
  }
}
