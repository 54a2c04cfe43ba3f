import { constants } from 'node:fs';

import type { NodeStats } from '@pure-ftpd/posix';

/** What is known of a node of the file system. */
export interface FileStats {
  /** `other`: devices, FIFOs, sockets; none of them is ever opened. */
  readonly type: 'file' | 'dir' | 'link' | 'other';
  /** In bytes. */
  readonly size: number;
  /** Permission bits (07777). */
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  /** Milliseconds since 1970. */
  readonly mtimeMs: number;
  readonly dev: number;
  readonly ino: number;
}

function typeOf(mode: number): FileStats['type'] {
  switch (mode & constants.S_IFMT) {
    case constants.S_IFREG:
      return 'file';
    case constants.S_IFDIR:
      return 'dir';
    case constants.S_IFLNK:
      return 'link';
    default:
      return 'other';
  }
}

/** What Node or the kernel tells, cut down to plain values. */
export function toFileStats(stats: NodeStats): FileStats {
  return {
    type: typeOf(stats.mode),
    size: stats.size,
    mode: stats.mode & 0o7777,
    nlink: stats.nlink,
    uid: stats.uid,
    gid: stats.gid,
    mtimeMs: stats.mtimeMs,
    dev: stats.dev,
    ino: stats.ino,
  };
}
