import { constants } from 'node:os';

import { isAvailable, koffi, nativeFunction } from './native.ts';

/** Fail with EEXIST when the new name exists. */
export const RENAME_NOREPLACE = 1;
/** Swap the two nodes, of whatever kind they are. */
export const RENAME_EXCHANGE = 2;

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
 * renameat2(2): rename with rules, in one step. Follows no link in the last place.
 *
 * @param from The bytes of a path from `fromDirectory`; no NUL.
 * @param flags `RENAME_*`.
 * @returns 0, or the negative error number (EINVAL from a file system that does not have the rule).
 * @throws {NativeUnavailableError} where {@link isRenameat2Available} says so.
 */
export function tryRenameat2(
  fromDirectory: number,
  from: Buffer,
  toDirectory: number,
  to: Buffer,
  flags: number,
): number {
  if (from.includes(0) || to.includes(0)) return -constants.errno.EINVAL;
  const end = Buffer.alloc(1);
  const call = renameat2();
  const result = call(fromDirectory, Buffer.concat([from, end]), toDirectory, Buffer.concat([to, end]), flags);
  return result === 0 ? 0 : -koffi().errno();
}
