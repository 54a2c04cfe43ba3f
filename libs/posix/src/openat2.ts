import { koffi, nativeFunction, isAvailable } from './native.ts';
import { O_CLOEXEC, O_DIRECTORY, O_PATH } from './open-flags.ts';
import { SystemError } from './system-error.ts';
import { closeSync } from 'node:fs';
import { constants } from 'node:os';

/** How openat2(2) opens; `struct open_how`. */
export interface OpenHow {
  /** `O_*`; `O_CLOEXEC` is always added. */
  readonly flags: number;
  /** Permission bits of a file that is made; only with `O_CREAT`. */
  readonly mode?: number;
  /** `RESOLVE_*`. */
  readonly resolve?: number;
}

/** The number is the same on every architecture that has the common table, which are all that Node is built for. */
const SYS_OPENAT2 = 437;
const OPEN_HOW_BYTES = 24;
const AT_FDCWD = -100;

/**
 * The kernel gives EAGAIN when a rename anywhere on the system ran beside a lookup with `..`; on a busy server that is
 * usual, and a try takes a microsecond. EINTR can only come from slow file systems.
 */
const MAX_TRIES = 128;

type SyscallArgs = [number: number, dirfd: number, path: string | Buffer, how: BigUint64Array, size: number];

// syscall(2) is variadic in C. On the architectures Linux and Node share, a variadic call passes integers as any other.
const openat2ByString = nativeFunction<SyscallArgs, number>('syscall', 'long', [
  'long',
  'int',
  'str',
  'void *',
  'size_t',
]);
const openat2ByBytes = nativeFunction<SyscallArgs, number>('syscall', 'long', [
  'long',
  'int',
  'void *',
  'void *',
  'size_t',
]);

// One for all calls: they are synchronous, and the kernel has read it when the call returns.
const openHow = new BigUint64Array(OPEN_HOW_BYTES / 8);

/**
 * openat2(2), without an exception for what may well fail.
 *
 * @param path A string (as UTF-8) or the bytes of a name; neither may contain NUL.
 * @returns A descriptor, or the negative error number. Closing it is the caller's.
 * @throws {NativeUnavailableError} where the call cannot be made; {@link isOpenat2Available} tells before.
 */
export function tryOpenat2(dirfd: number, path: string | Buffer, how: OpenHow): number {
  if (path.includes('\0')) return -constants.errno.EINVAL;
  openHow[0] = BigInt(how.flags | O_CLOEXEC);
  openHow[1] = BigInt(how.mode ?? 0);
  openHow[2] = BigInt(how.resolve ?? 0);
  const call = typeof path === 'string' ? openat2ByString() : openat2ByBytes();
  const name = typeof path === 'string' ? path : Buffer.concat([path, Buffer.alloc(1)]);
  let error = 0;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const fd = call(SYS_OPENAT2, dirfd, name, openHow, OPEN_HOW_BYTES);
    if (fd >= 0) return fd;
    error = koffi().errno();
    if (error !== constants.errno.EAGAIN && error !== constants.errno.EINTR) break;
  }
  return -error;
}

/**
 * openat2(2): opens a path from a directory descriptor, with rules about what the path may lead through.
 *
 * @returns A descriptor, which the caller closes.
 * @throws {SystemError} as the manual page says; EAGAIN only after many tries.
 * @throws {NativeUnavailableError} where the call cannot be made.
 */
export function openat2(dirfd: number, path: string | Buffer, how: OpenHow): number {
  const fd = tryOpenat2(dirfd, path, how);
  if (fd >= 0) return fd;
  throw SystemError.fromErrno(-fd, 'openat2', { path: typeof path === 'string' ? path : path.toString('latin1') });
}

let available: boolean | undefined;

/**
 * Whether openat2(2) works here: Linux 5.6 or later, koffi there, and no seccomp filter that refuses it (container
 * runtimes answer ENOSYS or EPERM for calls they do not know). Tried once, on `/`.
 */
export function isOpenat2Available(): boolean {
  available ??= isAvailable(openat2ByString) && isAvailable(openat2ByBytes) && probe();
  return available;
}

function probe(): boolean {
  const fd = tryOpenat2(AT_FDCWD, '/', { flags: O_PATH | O_DIRECTORY });
  if (fd < 0) return false;
  closeSync(fd);
  return true;
}
