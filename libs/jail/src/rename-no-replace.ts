import { linkSync, lstatSync, renameSync, unlinkSync } from 'node:fs';
import { constants } from 'node:os';

import { isRenameat2Available, SystemError, RENAME_NOREPLACE, tryRenameat2 } from '@pure-ftpd/posix';

import type { KernelPath } from './strategy.ts';

const AT_FDCWD = -100;
const { EINVAL, ENOSYS } = constants.errno;

/**
 * Renames without ever replacing a file.
 *
 * In one step where the kernel and the file system can. Otherwise a file gets its new name beside the old, which fails when
 * the new one is taken, and then loses the old; a directory is renamed after a look, when rename(2) itself replaces
 * nothing but an empty directory.
 *
 * @throws EEXIST when the new name is taken.
 */
export function renameNoReplace(from: KernelPath, to: KernelPath): void {
  if (isRenameat2Available()) {
    const result = tryRenameat2(AT_FDCWD, Buffer.from(from), AT_FDCWD, Buffer.from(to), RENAME_NOREPLACE);
    if (result === 0) return;
    // EINVAL: the file system has no such rename.
    if (result !== -EINVAL && result !== -ENOSYS) throw SystemError.fromErrno(-result, 'rename');
  }
  if (!lstatSync(from).isDirectory()) {
    linkSync(from, to);
    unlinkSync(from);
    return;
  }
  if (lstatSync(to, { throwIfNoEntry: false }) !== undefined) throw new SystemError('EEXIST', 'rename');
  renameSync(from, to);
}
