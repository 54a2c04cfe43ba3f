import { closeSync, constants, fstatSync, openSync, readSync, unlinkSync } from 'node:fs';

import { systemCode } from './errors.ts';
import { LARGEST, type Layout, layoutOfSize } from './layout.ts';

// Never a link; and a FIFO that somebody put there must not make the process wait.
export const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Read and written by its owner. */
const OWNER_MAY = 0o600;

const scratch = Buffer.alloc(LARGEST);

const ASCII = /^[\x20-\x7e]*$/;

/** The path of an entry; the bytes of its name are those of the listing (latin1). */
export function entryPath(directory: string, name: string): string | Buffer {
  return ASCII.test(name)
    ? `${directory}/${name}`
    : Buffer.concat([Buffer.from(`${directory}/`), Buffer.from(name, 'latin1')]);
}

/**
 * The bytes of an entry, valid until the next call; undefined when there is none to believe: a link, no regular file, another
 * user's, of no known size, gone.
 */
export function readEntryFile(
  directory: string,
  name: string,
  owner: number,
): { readonly bytes: Buffer; readonly layout: Layout } | undefined {
  let fd: number;
  try {
    fd = openSync(entryPath(directory, name), READ);
  } catch {
    // Gone since the listing, a link (ELOOP), or not to be opened at all: not an entry in any case.
    return undefined;
  }
  try {
    const status = fstatSync(fd);
    if (!status.isFile() || status.uid !== owner || (status.mode & OWNER_MAY) !== OWNER_MAY) return undefined;
    const layout = layoutOfSize(status.size);
    if (layout === undefined) return undefined;
    const bytes = scratch.subarray(0, layout.size);
    return readSync(fd, bytes, 0, layout.size, 0) === layout.size ? { bytes, layout } : undefined;
  } catch {
    // Cut short or unreadable while we looked: as if it were not there.
    return undefined;
  } finally {
    closeSync(fd);
  }
}

/** Removes an entry. That it is gone already is no error. Throws the system's error for all else. */
export function removeEntry(directory: string, name: string): void {
  try {
    unlinkSync(entryPath(directory, name));
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
}

/** As {@link removeEntry}, for those that only tidy up: an entry that stays is tried again by whoever reads next. */
export function tidyEntry(directory: string, name: string): void {
  try {
    removeEntry(directory, name);
  } catch {
    // A directory by that name, a read-only file system: it is not shown, and that is what matters.
  }
}
