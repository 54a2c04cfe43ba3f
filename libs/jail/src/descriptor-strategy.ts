// Jails whose directories are descriptors: by one system call for each name, or by one for all.

import type { Stats } from 'node:fs';
import { closeSync, fstatSync, lstatSync, openSync, readlinkSync, statSync } from 'node:fs';
import { constants } from 'node:os';

import { O_DIRECTORY, O_NOFOLLOW, O_PATH, SystemError, tryOpenat2 } from '@pure-ftpd/posix';

import {
  DescriptorDirectory,
  DescriptorNode,
  DESCRIPTORS,
  RESOLVE_WITHOUT_LINKS,
  stepByOpen,
  stepByOpenat2,
} from './descriptor.ts';
import type { Step } from './descriptor.ts';
import type { HeldDirectory, HeldNode, Strategy } from './strategy.ts';
import { collapse, kernelPath, nameFromLatin1, pathOfNames } from './virtual-path.ts';

const { EAGAIN, ELOOP, ENOENT, EXDEV } = constants.errno;

/** A component at a time, each opened relative to the one before and never through a link. */
export class WalkStrategy implements Strategy {
  readonly name: 'walk' | 'openat2' = 'walk';
  readonly rootPath: string;
  readonly root: DescriptorDirectory;
  protected readonly step: Step;

  /** @throws NodeJS.ErrnoException when the root is not a directory that can be entered by its own path. */
  constructor(root: string, step: Step = stepByOpen) {
    this.root = new DescriptorDirectory(openSync(kernelPath(root), O_PATH | O_DIRECTORY), step);
    this.step = step;
    try {
      this.rootPath = reachablePath(this.root, root);
      // An O_PATH descriptor comes without permission to enter; looking anything up asks for it.
      lstatSync(`${this.root.self}/.`);
    } catch (error) {
      this.root.close();
      throw error;
    }
  }

  get rootDescriptor(): number {
    return this.root.fd;
  }

  directory(names: readonly string[]): HeldDirectory {
    const name = names.at(-1);
    if (name === undefined) {
      return new DescriptorDirectory(openSync(this.root.self, O_PATH | O_DIRECTORY), this.step);
    }
    return this.#from(names.slice(0, -1), (directory) => enter(directory, name));
  }

  node(names: readonly string[]): HeldNode {
    const name = names.at(-1);
    if (name === undefined) return new DescriptorNode(openSync(this.root.self, O_PATH | O_DIRECTORY));
    return this.#from(
      names.slice(0, -1),
      (directory) => new DescriptorNode(openSync(directory.entry(name), O_PATH | O_NOFOLLOW)),
    );
  }

  lstat(names: readonly string[]): Stats | undefined {
    const name = names.at(-1);
    if (name === undefined) return this.root.stats();
    return this.#from(names.slice(0, -1), (directory) => lstatSync(directory.entry(name), { throwIfNoEntry: false }));
  }

  resolveAtOnce(_path: string, _follow: boolean, _allowMissing: boolean): string | undefined {
    return undefined;
  }

  close(): void {
    this.root.close();
  }

  /** Walks to a directory, uses it, and lets go of all that was opened on the way. */
  #from<T>(names: readonly string[], use: (directory: DescriptorDirectory) => T): T {
    let directory = this.root;
    try {
      for (const name of names) {
        const next = enter(directory, name);
        if (directory !== this.root) directory.close();
        directory = next;
      }
      return use(directory);
    } finally {
      if (directory !== this.root) directory.close();
    }
  }
}

/** The kernel walks: openat2(2), Linux 5.6 or later. */
export class Openat2Strategy extends WalkStrategy {
  override readonly name = 'openat2';

  /** @throws NodeJS.ErrnoException as its base does. */
  constructor(root: string) {
    super(root, stepByOpenat2);
  }

  override directory(names: readonly string[]): HeldDirectory {
    if (names.length === 0) return super.directory(names);
    return new DescriptorDirectory(this.#open(names, O_PATH | O_DIRECTORY), this.step);
  }

  override node(names: readonly string[]): HeldNode {
    if (names.length === 0) return super.node(names);
    return new DescriptorNode(this.#open(names, O_PATH | O_NOFOLLOW));
  }

  override lstat(names: readonly string[]): Stats | undefined {
    // With no directory between, one plain call does it.
    if (names.length < 2) return super.lstat(names);
    const fd = this.#tryOpen(names, O_PATH | O_NOFOLLOW);
    if (fd === -ENOENT) return undefined;
    if (fd < 0) throw SystemError.fromErrno(-fd, 'lstat', { path: pathOfNames(names) });
    try {
      return fstatSync(fd);
    } finally {
      closeSync(fd);
    }
  }

  override resolveAtOnce(path: string, follow: boolean, allowMissing: boolean): string | undefined {
    const flags = follow ? O_PATH : O_PATH | O_NOFOLLOW;
    const fd = tryOpenat2(this.root.fd, kernelPath(path), { flags, resolve: RESOLVE_WITHOUT_LINKS });
    if (fd >= 0) {
      closeSync(fd);
      return collapse(path);
    }
    // The last two: renames beside it, which the walk does not mind.
    if (fd === -ELOOP || fd === -EAGAIN || fd === -EXDEV) return undefined;
    if (fd === -ENOENT && allowMissing) return this.#resolveMissing(path);
    throw SystemError.fromErrno(-fd, 'resolve', { path });
  }

  /** A path whose last name is missing: canonical when its directory is there and no link led to it. */
  #resolveMissing(path: string): string | undefined {
    if (collapse(path) !== path) return undefined;
    const parent = path.slice(0, path.lastIndexOf('/') + 1);
    const fd = tryOpenat2(this.root.fd, kernelPath(parent), {
      flags: O_PATH | O_DIRECTORY,
      resolve: RESOLVE_WITHOUT_LINKS,
    });
    if (fd < 0) return undefined;
    closeSync(fd);
    return path;
  }

  #open(names: readonly string[], flags: number): number {
    const fd = this.#tryOpen(names, flags);
    if (fd < 0) throw SystemError.fromErrno(-fd, 'open', { path: pathOfNames(names) });
    return fd;
  }

  #tryOpen(names: readonly string[], flags: number): number {
    const fd = tryOpenat2(this.root.fd, kernelPath(names.join('/')), { flags, resolve: RESOLVE_WITHOUT_LINKS });
    // Moved out of the jail during the call. EXDEV would say that a copy could do instead.
    return fd === -EXDEV ? -ENOENT : fd;
  }
}

function enter(directory: DescriptorDirectory, name: string): DescriptorDirectory {
  const next = directory.enter(name);
  if (next === undefined) throw new SystemError('ELOOP', 'open', { path: name });
  return next;
}

/**
 * The path that leads to a directory we hold. A directory that was removed, or over which something is mounted, has
 * none; serving it would mean not to know what is served.
 */
function reachablePath(directory: DescriptorDirectory, asked: string): string {
  const path = nameFromLatin1(readlinkSync(directory.self, 'latin1'));
  const held = directory.stats();
  const there = statSync(kernelPath(path), { throwIfNoEntry: false });
  if (there?.dev !== held.dev || there.ino !== held.ino) throw new SystemError('ENOENT', 'open', { path: asked });
  return path;
}

let available = false;

/** Whether descriptors can be reached through /proc here. Where they can, it is asked once. */
export function isDescriptorPathAvailable(): boolean {
  available ||= probe();
  return available;
}

function probe(): boolean {
  if (process.platform !== 'linux') return false;
  const fd = openSync('/', O_PATH | O_DIRECTORY);
  try {
    const through = statSync(`${DESCRIPTORS}/${fd}`, { throwIfNoEntry: false });
    const held = fstatSync(fd);
    return through?.ino === held.ino && through.dev === held.dev;
  } finally {
    closeSync(fd);
  }
}
