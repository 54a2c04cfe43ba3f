import type { Stats } from 'node:fs';
import { closeSync, fstatSync, openSync, statfsSync } from 'node:fs';

import {
  O_CREAT,
  O_EXCL,
  O_NOCTTY,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
  SystemError,
} from '@pure-ftpd/posix';

import { isSystemError } from './errors.ts';
import { type HeldNode, inDirectory, type Strategy } from './strategy.ts';

/**
 * `read`, `write` and `read-write` open what exists; `create` is `write`, or makes the file; `create-new` makes it, or
 * fails with EEXIST. None truncates, none appends.
 */
export type FileAccess = 'read' | 'write' | 'read-write' | 'create' | 'create-new';

/** An open file. The descriptor belongs to the caller, who closes it. */
export interface OpenedFile {
  readonly fd: number;
  /** In bytes, when it was opened. */
  readonly size: number;
}

/** Somebody who makes and removes the file as fast as we look must not keep us busy. */
const MAX_TRIES = 16;

/**
 * A node is looked at before it is opened, through the same descriptor: opening a FIFO would block, opening a device can
 * rewind a tape. O_NONBLOCK is for files under a lease (Samba, NFS): an error at once, where open(2) could wait for 45 s.
 */
const ALWAYS = O_NONBLOCK | O_NOCTTY;

/** Opens a regular file of a jail. */
export function openFile(strategy: Strategy, names: readonly string[], access: FileAccess, mode: number): OpenedFile {
  switch (access) {
    case 'read':
      return openExisting(strategy, names, O_RDONLY);
    case 'write':
      return openExisting(strategy, names, O_WRONLY);
    case 'read-write':
      return openExisting(strategy, names, O_RDWR);
    case 'create-new':
      return createNew(strategy, names, mode);
    case 'create':
      return openOrCreate(strategy, names, mode);
    default:
      throw new TypeError(`unknown file access: ${String(access satisfies never)}`);
  }
}

function openOrCreate(strategy: Strategy, names: readonly string[], mode: number): OpenedFile {
  for (let tries = 0; ; tries++) {
    try {
      return openExisting(strategy, names, O_WRONLY);
    } catch (error) {
      if (!isSystemError(error) || error.code !== 'ENOENT') throw error;
    }
    try {
      return createNew(strategy, names, mode);
    } catch (error) {
      if (!isSystemError(error) || error.code !== 'EEXIST' || tries >= MAX_TRIES) throw error;
    }
  }
}

function openExisting(strategy: Strategy, names: readonly string[], flags: number): OpenedFile {
  const node = strategy.node(names);
  try {
    refuseUnlessRegular(node.stats);
    refuseIfOfKernel(node);
    const fd = openSync(node.self, flags | ALWAYS | (strategy.name === 'portable' ? O_NOFOLLOW : 0));
    return checked(fd, node);
  } finally {
    node.close();
  }
}

function refuseUnlessRegular(stats: Stats): void {
  if (stats.isFile()) return;
  if (stats.isDirectory()) throw new SystemError('EISDIR', 'open');
  throw new SystemError(stats.isSymbolicLink() ? 'ELOOP' : 'EINVAL', 'open');
}

/**
 * File systems that show the kernel as files, by the number Linux gives their kind: proc, sysfs, cgroup (1 and 2), debugfs,
 * tracefs, securityfs. What looks like a regular file there is the memory of a process, this one included, or a switch of the
 * machine.
 */
const OF_KERNEL: ReadonlySet<number> = new Set([
  0x9fa0, 0x62656572, 0x27e0eb, 0x63677270, 0x64626720, 0x74726163, 0x73636673,
]);

/** None of their files has a block on a disk: the kind is asked for empty files and them, and for no others. */
function refuseIfOfKernel({ stats, self }: HeldNode): void {
  if (process.platform === 'linux' && stats.blocks === 0 && OF_KERNEL.has(statfsSync(self).type))
    throw new SystemError('EACCES', 'open');
}

/** Where nothing is held, something else may have been opened than was looked at. */
function checked(fd: number, node: HeldNode): OpenedFile {
  try {
    const { ino, dev, size } = fstatSync(fd);
    if (ino !== node.stats.ino || dev !== node.stats.dev) throw new SystemError('ELOOP', 'open');
    return { fd, size };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function createNew(strategy: Strategy, names: readonly string[], mode: number): OpenedFile {
  const name = names.at(-1);
  if (name === undefined) throw new SystemError('EISDIR', 'open');
  return inDirectory(strategy, names.slice(0, -1), (directory) => {
    const fd = openSync(directory.entry(name), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | ALWAYS, mode);
    return { fd, size: 0 };
  });
}
