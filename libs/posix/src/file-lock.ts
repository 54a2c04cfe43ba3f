import { setTimeout as delay } from 'node:timers/promises';
import { constants } from 'node:os';

import { isAvailable, koffi, nativeFunction } from './native.ts';
import { SystemError } from './system-error.ts';

/** `exclusive` is a write lock, for descriptors open for writing; `shared` a read lock, for those open for reading. */
export type FileLockKind = 'exclusive' | 'shared';

/** How long to wait for a lock. */
export interface FileLockWait {
  /** Milliseconds; 10,000 unless told. Whoever may open a file can lock it for ever. */
  readonly limitMs?: number;
}

/** Open file description locks; Linux's numbers on all architectures. */
const F_OFD_SETLK = 37;
const F_RDLCK = 0;
const F_WRLCK = 1;
const F_UNLCK = 2;
const DEFAULT_LIMIT_MS = 10_000;
const FIRST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 50;

/** `struct flock` where off_t has 64 bits: type and whence (2 bytes each), then start at 8, length at 16, pid at 24. */
const FLOCK_BYTES = 32;
const ARCHITECTURES_WITH_64_BITS: readonly string[] = ['x64', 'arm64', 'riscv64', 'loong64', 'ppc64', 's390x'];

const fcntl = nativeFunction<[number, number, Buffer], number>('fcntl', 'int', ['int', 'int', 'void *']);

/** Whether files can be locked here. */
export function isFileLockAvailable(): boolean {
  return ARCHITECTURES_WITH_64_BITS.includes(process.arch) && isAvailable(fcntl);
}

// One for all calls: they are synchronous, and the kernel changes nothing in it.
const flock = Buffer.alloc(FLOCK_BYTES);

function setLock(fd: number, type: number): number {
  flock.fill(0);
  new Int16Array(flock.buffer, flock.byteOffset, 1)[0] = type;
  for (;;) {
    if (fcntl()(fd, F_OFD_SETLK, flock) === 0) return 0;
    const errno = koffi().errno();
    if (errno !== constants.errno.EINTR) return errno;
  }
}

/**
 * Locks a whole file if nobody else has it locked.
 *
 * It is a lock of the open file (F_OFD_SETLK): it excludes, and is excluded by, the fcntl locks of the C programs in other
 * processes, and unlike those it also excludes another descriptor of this process, and does not end when that one
 * is closed. It ends with {@link unlockFile}, or when the descriptor is closed. flock(2) knows nothing of it.
 *
 * @returns false when somebody else has it.
 * @throws {SystemError} EBADF when the descriptor is not open in the way the kind needs; ENOLCK.
 * @throws {NativeUnavailableError} where {@link isFileLockAvailable} says so.
 */
export function tryLockFile(fd: number, kind: FileLockKind): boolean {
  const errno = setLock(fd, kind === 'exclusive' ? F_WRLCK : F_RDLCK);
  if (errno === 0) return true;
  if (errno === constants.errno.EAGAIN || errno === constants.errno.EACCES) return false;
  throw SystemError.fromErrno(errno, 'fcntl');
}

/** Ends the lock, so that what others do with the file goes on before the descriptor is closed. */
export function unlockFile(fd: number): void {
  const errno = setLock(fd, F_UNLCK);
  if (errno !== 0) throw SystemError.fromErrno(errno, 'fcntl');
}

/**
 * As {@link tryLockFile}, and waits for the lock by trying again: a wait in the kernel would hold a thread for as long as
 * it pleases whoever has the lock. The descriptor must stay open meanwhile.
 *
 * @throws {SystemError} EAGAIN when it did not come in time.
 */
export async function lockFile(fd: number, kind: FileLockKind, wait: FileLockWait = {}): Promise<void> {
  for (const pause of pauses(wait)) {
    if (tryLockFile(fd, kind)) return;
    await delay(pause);
  }
  throw new SystemError('EAGAIN', 'fcntl');
}

/** As {@link lockFile}; the process waits. For programs that do nothing else. */
export function lockFileSync(fd: number, kind: FileLockKind, wait: FileLockWait = {}): void {
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  for (const pause of pauses(wait)) {
    if (tryLockFile(fd, kind)) return;
    Atomics.wait(sleeper, 0, 0, pause);
  }
  throw new SystemError('EAGAIN', 'fcntl');
}

/** How long to pause after each try that failed. */
function* pauses({ limitMs = DEFAULT_LIMIT_MS }: FileLockWait): Generator<number, void, void> {
  const end = performance.now() + limitMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    yield pause;
    if (performance.now() >= end) return;
  }
}
