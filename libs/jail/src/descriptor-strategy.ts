// Directories are descriptors, and Node's calls are made relative to them: /proc/self/fd/N/name is what the kernel's *at()
// calls would take. The descriptors are O_PATH: they need no permission on the node and open nothing.

import type { Stats } from 'node:fs';
import { closeSync, fstatSync, lstatSync, openSync, readlinkSync, statSync } from 'node:fs';
import { constants } from 'node:os';

import {
  O_DIRECTORY,
  O_NOFOLLOW,
  O_PATH,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_SYMLINKS,
  SystemError,
  tryOpenat2,
} from '@pure-ftpd/posix';

import { isSystemError } from './errors.ts';
import type { HeldDirectory, HeldNode, KernelPath, Strategy } from './strategy.ts';
import { collapse, kernelPath, nameFromLatin1, pathOfNames } from './virtual-path.ts';

const { ELOOP, ENOENT, EAGAIN } = constants.errno;
const RESOLVE_WITHOUT_LINKS = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS;
const DESCRIPTORS = '/proc/self/fd';

/** A directory held by a descriptor of its own. */
class DescriptorDirectory implements HeldDirectory {
  readonly #fd: number;
  #open = true;

  constructor(fd: number) {
    this.#fd = fd;
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

  stats(): Stats {
    return fstatSync(this.fd);
  }

  enter(name: string): DescriptorDirectory {
    const path = this.entry(name);
    try {
      return new DescriptorDirectory(openSync(path, O_PATH | O_DIRECTORY | O_NOFOLLOW));
    } catch (error) {
      if (isSystemError(error) && error.code === 'ENOTDIR' && isLink(path)) {
        throw new SystemError('ELOOP', 'open', { path: name, cause: error });
      }
      throw error;
    }
  }

  close(): void {
    const { fd } = this;
    this.#open = false;
    closeSync(fd);
  }
}

class DescriptorNode implements HeldNode {
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
}

/** A component at a time, each opened relative to the one before and never through a link. */
export class WalkStrategy implements Strategy {
  readonly name: 'walk' | 'openat2' = 'walk';
  readonly rootPath: string;
  readonly root: DescriptorDirectory;

  /** @throws NodeJS.ErrnoException when the root is not a directory that can be entered by its own path. */
  constructor(root: string) {
    this.root = new DescriptorDirectory(openSync(kernelPath(root), O_PATH | O_DIRECTORY));
    try {
      this.rootPath = reachablePath(this.root, root);
      // An O_PATH descriptor comes without permission to enter; looking anything up asks for it.
      lstatSync(`${this.root.self}/.`);
    } catch (error) {
      this.root.close();
      throw error;
    }
  }

  directory(names: readonly string[]): HeldDirectory {
    const parent = names.slice(0, -1);
    const name = names.at(-1);
    if (name === undefined) return new DescriptorDirectory(openSync(this.root.self, O_PATH | O_DIRECTORY));
    return this.#from(parent, (directory) => directory.enter(name));
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
        const next = directory.enter(name);
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

  override directory(names: readonly string[]): HeldDirectory {
    if (names.length === 0) return super.directory(names);
    return new DescriptorDirectory(this.#open(names, O_PATH | O_DIRECTORY));
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
    if (fd === -ELOOP || fd === -EAGAIN) return undefined;
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
    return tryOpenat2(this.root.fd, kernelPath(names.join('/')), { flags, resolve: RESOLVE_WITHOUT_LINKS });
  }
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

/** Whether descriptors can be reached through /proc here. */
export function isDescriptorPathAvailable(): boolean {
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

function isLink(path: KernelPath): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
