import { closeSync, fsyncSync, openSync } from 'node:fs';

/**
 * Brings a rename in this folder to the disk, where the folder and its file system allow it: a folder that may be
 * written but not read, and some network file systems, cannot be synced, and the rename has taken place by then.
 */
export function syncFolder(path: string): void {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    fsyncSync(fd);
  } catch {
    // See above: not a failure of the caller's work.
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
