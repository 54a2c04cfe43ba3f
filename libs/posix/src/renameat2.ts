import { constants } from 'node:os';

import { isAvailable, koffi, nativeFunction } from './native.ts';

const RENAME_NOREPLACE = 1;

const renameat2 = nativeFunction<[number, Buffer, number, Buffer, number], number>('renameat2', 'int', [
  'int',
  'void *',
  'int',
  'void *',
  'uint',
]);

/** Whether the C library has renameat2(2). A file system may still refuse its flags with EINVAL. */
export function isRenameat2Available(): boolean {
  return isAvailable(renameat2);
}

/**
 * renameat2(2) with `RENAME_NOREPLACE`: one step, and EEXIST when the new name exists. Follows no link in the last place.
 *
 * @param from The bytes of a name in, or a path from, `fromDirectory`; no NUL.
 * @returns 0, or the negative error number (EINVAL from a file system that has no such rename).
 * @throws {NativeUnavailableError} where {@link isRenameat2Available} says so.
 */
export function tryRenameNoReplace(fromDirectory: number, from: Buffer, toDirectory: number, to: Buffer): number {
  if (from.includes(0) || to.includes(0)) return -constants.errno.EINVAL;
  const end = Buffer.alloc(1);
  const call = renameat2();
  const result = call(
    fromDirectory,
    Buffer.concat([from, end]),
    toDirectory,
    Buffer.concat([to, end]),
    RENAME_NOREPLACE,
  );
  return result === 0 ? 0 : -koffi().errno();
}
