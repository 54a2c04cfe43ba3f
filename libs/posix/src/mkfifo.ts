import { encodeName } from '@pure-ftpd/protocol';

import { isAvailable, koffi, nativeFunction } from './native.ts';
import { SystemError } from './system-error.ts';

const call = nativeFunction<[Buffer, number], number>('mkfifo', 'int', ['void *', 'uint32_t']);

/** Whether {@link mkfifo} can be called here. */
export function isMkfifoAvailable(): boolean {
  return isAvailable(call);
}

/**
 * mkfifo(3). What is there already, a link too, is not touched.
 *
 * @param path A name by the surrogateescape rule.
 * @param mode Permission bits, less the umask.
 * @throws {SystemError} EEXIST when anything has that name.
 */
export function mkfifo(path: string, mode: number): void {
  if (path.includes('\0')) throw new SystemError('EINVAL', 'mkfifo', { path });
  if (call()(Buffer.concat([encodeName(path), Buffer.alloc(1)]), mode) === 0) return;
  throw SystemError.fromErrno(koffi().errno(), 'mkfifo', { path });
}
