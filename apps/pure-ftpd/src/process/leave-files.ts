import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { chroot } from '@pure-ftpd/posix';
import { errorText } from '@pure-ftpd/server/internal';

/**
 * Goes into an empty directory that no longer exists: nothing can be made in it, and nothing is left of it.
 * @returns Why it cannot be its root, which containers may forbid; undefined when it is.
 */
export function leaveFiles(prefix: string): string | undefined {
  const directory = mkdtempSync(path.join(tmpdir(), prefix));
  process.chdir(directory);
  rmdirSync(directory);
  try {
    chroot('.');
    return undefined;
  } catch (error) {
    return errorText(error);
  }
}
