// Directories are descriptors, and Node's calls are made relative to them: /proc/self/fd/N/name is what the kernel's *at()
// calls would take. The descriptors are O_PATH: they need no permission on the node and open nothing.

import type { Stats } from 'node:fs';
import { close, closeSync, fstatSync, lstatSync, openSync } from 'node:fs';
import { constants } from 'node:os';

import {
  isLstatAtAvailable,
  lstatAllAt,
  type NodeStats,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_PATH,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_SYMLINKS,
  SystemError,
  tryLstatAt,
  tryOpenat2,
} from '@pure-ftpd/posix';

import { isSystemError } from './errors.ts';
import type { HeldDirectory, HeldNode, KernelPath } from './strategy.ts';
import { kernelPath } from './virtual-path.ts';

/** Where the kernel shows a process its own descriptors. */
export const DESCRIPTORS = '/proc/self/fd';
/** For openat2(2): fail with ELOOP at any link, and take the directory for the root. */
export const RESOLVE_WITHOUT_LINKS = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS;
const { ELOOP, ENOENT } = constants.errno;

/** Opens a directory in a directory; undefined when there is a link instead. */
export type Step = (directory: number, name: string) => number | undefined;

/** One step by open(2). */
export function stepByOpen(directory: number, name: string): number | undefined {
  const path = kernelPath(`${DESCRIPTORS}/${directory}/${name}`);
  try {
    return openSync(path, O_PATH | O_DIRECTORY | O_NOFOLLOW);
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOTDIR' && isLink(path)) return undefined;
    throw error;
  }
}

/** One step by openat2(2), which tells a link from anything else. */
export function stepByOpenat2(directory: number, name: string): number | undefined {
  const fd = tryOpenat2(directory, kernelPath(name), { flags: O_PATH | O_DIRECTORY, resolve: RESOLVE_WITHOUT_LINKS });
  if (fd >= 0) return fd;
  if (fd === -ELOOP) return undefined;
  throw SystemError.fromErrno(-fd, 'open', { path: name });
}

/** A directory held by a descriptor of its own. */
export class DescriptorDirectory implements HeldDirectory {
  readonly #fd: number;
  readonly #step: Step;
  #open = true;

  /** Takes the descriptor over. */
  constructor(fd: number, step: Step) {
    this.#fd = fd;
    this.#step = step;
  }

  /** The descriptor. Its number may be somebody else's once it is closed, so it is not given then. */
  get fd(): number {
    if (!this.#open) throw new SystemError('EBADF', 'open');
    return this.#fd;
  }

  get self(): string {
    return `${DESCRIPTORS}/${this.fd}`;
  }

  entry(name: string): KernelPath {
    return kernelPath(`${DESCRIPTORS}/${this.fd}/${name}`);
  }

  lstat(name: string): NodeStats {
    if (!isLstatAtAvailable()) return lstatSync(this.entry(name));
    const stats = tryLstatAt(this.fd, kernelPath(name));
    if (typeof stats === 'number') throw SystemError.fromErrno(-stats, 'lstat', { path: name });
    return stats;
  }

  lstatAll(names: readonly string[], told: (stats: NodeStats | undefined) => void): void {
    if (!isLstatAtAvailable() || !names.every((name) => name.isWellFormed())) {
      for (const name of names) told(lstatIfPresent(this, name));
      return;
    }
    lstatAllAt(this.fd, names, (stats, index) => {
      if (typeof stats !== 'number') told(stats);
      else if (stats === -ENOENT) told(undefined);
      else throw SystemError.fromErrno(-stats, 'lstat', { path: names[index] ?? '' });
    });
  }

  stats(): Stats {
    return fstatSync(this.fd);
  }

  enter(name: string): DescriptorDirectory | undefined {
    const fd = this.#step(this.fd, name);
    return fd === undefined ? undefined : new DescriptorDirectory(fd, this.#step);
  }

  close(): void {
    const { fd } = this;
    this.#open = false;
    closeSync(fd);
  }
}

export class DescriptorNode implements HeldNode {
  readonly stats: Stats;
  readonly #fd: number;

  /** Takes the descriptor over, also when it fails. */
  constructor(fd: number) {
    this.#fd = fd;
    try {
      this.stats = fstatSync(fd);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  get self(): string {
    return `${DESCRIPTORS}/${this.#fd}`;
  }

  close(): void {
    closeSync(this.#fd);
  }

  closeInPool(): void {
    // To close what only names a place writes nothing, so nothing of it can be lost.
    close(this.#fd, () => undefined);
  }
}

/** One of many, where they are looked up one by one. */
export function lstatIfPresent(directory: HeldDirectory, name: string): NodeStats | undefined {
  try {
    return directory.lstat(name);
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function isLink(path: KernelPath): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
