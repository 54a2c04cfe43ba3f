import { encodeName } from '@pure-ftpd/protocol';

import { isAvailable, koffi, nativeFunction } from './native.ts';
import { SystemError } from './system-error.ts';

const call = nativeFunction<[Buffer], number>('chroot', 'int', ['void *']);

/** Whether {@link chroot} can be called here (by root). */
export function isChrootAvailable(): boolean {
  return isAvailable(call);
}

/**
 * chroot(2), and `/` of it as the current directory, without which it would confine nobody. For all threads, for good: who
 * is root, or holds a directory outside, can leave all the same.
 *
 * Modules, name service and character sets are looked for inside from now on: what is loaded late must have been loaded.
 *
 * @param path A directory; a name by the surrogateescape rule.
 * @throws {SystemError} EPERM for others than root; ENOENT, ENOTDIR.
 */
export function chroot(path: string): void {
  const bytes = encodeName(path);
  if (bytes.includes(0)) throw new SystemError('EINVAL', 'chroot', { path });
  if (call()(Buffer.concat([bytes, Buffer.alloc(1)])) !== 0)
    throw SystemError.fromErrno(koffi().errno(), 'chroot', { path });
  process.chdir('/');
}
