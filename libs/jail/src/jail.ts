import {
  chmodSync,
  chownSync,
  closeSync,
  fstatSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  statfsSync,
  unlinkSync,
  utimesSync,
} from 'node:fs';

import { isOpenat2Available, type NodeStats, SystemError } from '@pure-ftpd/posix';

import { isDescriptorPathAvailable, Openat2Strategy, WalkStrategy } from './descriptor-strategy.ts';
import { DESCRIPTORS } from './descriptor.ts';
import { isSystemError, withVirtualPath } from './errors.ts';
import { toFileStats } from './file-stats.ts';
import type { FileStats } from './file-stats.ts';
import { JailDirectory } from './jail-directory.ts';
import { LinkRoots, type Place, realPathOf } from './link-roots.ts';
import { openFile } from './open-file.ts';
import type { FileAccess, OpenedFile } from './open-file.ts';
import { PortableStrategy } from './portable-strategy.ts';
import { renameNoReplace } from './rename-no-replace.ts';
import { resolveAsWritten, resolvePath } from './resolve.ts';
import type { ResolveOptions } from './resolve.ts';
import { type HeldNode, inDirectory, type JailStrategy, type KernelPath, type Strategy } from './strategy.ts';
import { canonicalNames, nameFromLatin1, pathOfNames } from './virtual-path.ts';

/** How a jail is opened. */
export interface JailOptions {
  /** Default: the best that works here. */
  readonly strategy?: JailStrategy;
  /**
   * Makes it a virtual chroot: links may lead out, into these directories of the machine (absolute paths; `/` is everywhere)
   * and nowhere else. Links then mean what they mean on the machine; `..` in a path goes back by what was
   * written, and what a link leads to has the path of the link.
   */
  readonly linkRoots?: readonly string[] | undefined;
}

/** Bytes of a file from which on it takes the kernel milliseconds to free them: a third of a second for 3 GB in memory. */
const LARGE = 16 * 1024 * 1024;

/** Space of a file system, in bytes. */
export interface FileSystemSpace {
  /** What unprivileged users can still write. */
  readonly free: number;
  readonly total: number;
}

/**
 * A directory of this machine as a file system of its own, which no path and no link leads out of, whoever renames what
 * meanwhile.
 *
 * {@link resolve} takes any absolute virtual path and answers the canonical one: no `.`, no `..`, no link in it. Every
 * other operation takes a canonical path, refuses a link on the way (ELOOP: it was not there when the path was resolved),
 * and never follows the last name. So what was checked is what is done.
 *
 * Errors are {@link SystemError}s with the virtual path: the codes of the kernel, EINVAL for a path that is not
 * canonical, EBADF after {@link close}. Operations are synchronous but for the reading of directories.
 */
export class Jail {
  readonly #strategy: Strategy;
  readonly #linkRoots: LinkRoots | undefined;
  #closed = false;

  private constructor(strategy: Strategy, linkRoots?: LinkRoots) {
    this.#strategy = strategy;
    this.#linkRoots = linkRoots;
  }

  /**
   * Opens a directory as a jail. A link as the root is followed, now and once. The jail holds on to the directory, wherever
   * it is renamed to.
   *
   * @throws {SystemError} when it is no directory, cannot be entered, or has no path that leads to it (removed, covered by
   *   a mount); ENOSYS when the strategy asked for does not work here.
   */
  static open(root: string, options: JailOptions = {}): Jail {
    const kind = options.strategy ?? bestStrategy();
    try {
      const strategy = openStrategy(root, kind);
      return new Jail(strategy, openLinkRoots(strategy, kind, options.linkRoots));
    } catch (error) {
      throw withVirtualPath(error, root);
    }
  }

  /** The real path of the root when it was opened. */
  get root(): string {
    return this.#strategy.rootPath;
  }

  /**
   * A descriptor of the root (O_PATH), for what has to be done in it by name and not by a client's path. It stays the jail's,
   * which closes it. Undefined where roots are not held by descriptors.
   * @throws {SystemError} EBADF after {@link close}.
   */
  get rootDescriptor(): number | undefined {
    return this.#strategy.rootDescriptor;
  }

  /** How paths are kept inside. */
  get strategy(): JailStrategy {
    return this.#strategy.name;
  }

  /**
   * The canonical path of a node, found as the kernel would after chroot(2) into the root: links on the way are followed,
   * absolute ones from the root, and `..` is the parent of the directory reached and stops at the root.
   *
   * In a virtual chroot it is what was written, without `.` and `..`, and means what the links on it led to, until it is
   * resolved again.
   */
  resolve(path: string, options?: ResolveOptions): string {
    return attempt(path, () =>
      this.#linkRoots === undefined
        ? resolvePath(this.#strategy, path, options)
        : resolveAsWritten(this.#strategy, this.#linkRoots, path, options),
    );
  }

  /** What a node is; a link is a link. */
  lstat(path: string): FileStats {
    const stats = this.lstatIfPresent(path);
    if (stats === undefined) throw new SystemError('ENOENT', 'lstat', { path });
    return stats;
  }

  /** As {@link lstat}; undefined, and no error, when there is nothing. */
  lstatIfPresent(path: string): FileStats | undefined {
    return attempt(path, () => {
      const { strategy, names } = this.#ownPlace(path, 'lstat');
      const stats = strategy.lstat(names);
      return stats === undefined ? undefined : toFileStats(stats);
    });
  }

  /** What a node is; of a link, what it leads to inside the jail, or what it was found to lead to by {@link resolve}. */
  stat(path: string): FileStats {
    if (this.#linkRoots?.isOpen(path) === true) return this.#statNode(path);
    const stats = this.lstat(path);
    if (stats.type !== 'link') return stats;
    const target = this.resolve(path, { follow: true });
    if (this.#linkRoots === undefined) return this.lstat(target);
    try {
      return this.#statNode(target);
    } finally {
      // To look at a link is not to resolve it.
      this.#linkRoots.closed(target);
    }
  }

  /** The target of a link, as it was written: it means what it says inside the jail only. EINVAL when it is no link. */
  readlink(path: string): string {
    return this.#entry(path, 'readlink', 'EINVAL', (entry) => nameFromLatin1(readlinkSync(entry, 'latin1')));
  }

  /** The names in a directory, as the file system orders them; read off the event loop. */
  async readdir(path: string): Promise<string[]> {
    const directory = this.openDirectory(path);
    try {
      return await directory.names();
    } finally {
      directory.close();
    }
  }

  /** A directory kept open, for listings. The caller closes it; it outlives the jail if need be. */
  openDirectory(path: string): JailDirectory {
    return attempt(path, () => {
      const { strategy, names } = this.#place(path, 'opendir');
      return new JailDirectory(strategy.directory(names), path);
    });
  }

  /**
   * Opens a regular file; anything else is refused unopened (EISDIR, ELOOP for a link, EINVAL).
   *
   * @param mode Permission bits of a file that is made, less the umask.
   */
  openFile(path: string, access: FileAccess, mode = 0o666): OpenedFile {
    checkMode(mode, 'open', path);
    return attempt(path, () => {
      const { strategy, names } = access === 'read' ? this.#place(path, 'open') : this.#ownPlace(path, 'open');
      return openFile(strategy, names, access, mode);
    });
  }

  /** Makes a directory. `mode` is less the umask. */
  mkdir(path: string, mode = 0o777): void {
    checkMode(mode, 'mkdir', path);
    this.#changedEntry(path, 'mkdir', 'EEXIST', (entry) => mkdirSync(entry, { mode }));
  }

  /** Removes an empty directory. */
  rmdir(path: string): void {
    this.#changedEntry(path, 'rmdir', 'EBUSY', (entry) => rmdirSync(entry));
  }

  /** Removes anything but a directory; of a link, the link. */
  unlink(path: string): void {
    this.#freeingInPool(path, 'unlink', () =>
      this.#changedEntry(path, 'unlink', 'EISDIR', (entry) => unlinkSync(entry)),
    );
  }

  /**
   * Renames, and replaces what has the new name if it can be. A link at either end is taken as what it is.
   * @param replacing Hears what it is about to replace, and may throw.
   */
  rename(from: string, to: string, replacing?: (stats: FileStats) => void): void {
    this.#freeingInPool(to, 'rename', () => this.#entries('rename', from, to, renameSync), replacing);
  }

  /** Renames, and fails with EEXIST when the new name is taken. */
  renameNoReplace(from: string, to: string): void {
    this.#entries('rename', from, to, renameNoReplace);
  }

  /** A second name for a file; EEXIST when it is taken. */
  link(from: string, to: string): void {
    this.#entries('link', from, to, linkSync);
  }

  /** Sets the permission bits (07777), needing no permission on the node but to own it. ELOOP for a link. */
  chmod(path: string, mode: number): void {
    checkMode(mode, 'chmod', path);
    this.#node(path, 'chmod', (node) => chmodSync(node.self, mode));
  }

  /** Sets owner and group; -1 leaves one as it is. ELOOP for a link. */
  chown(path: string, uid: number, gid: number): void {
    this.#node(path, 'chown', (node) => chownSync(node.self, uid, gid));
  }

  /** Sets the times, in milliseconds since 1970. ELOOP for a link. */
  utimes(path: string, atimeMs: number, mtimeMs: number): void {
    if (!Number.isFinite(atimeMs) || !Number.isFinite(mtimeMs)) throw new SystemError('EINVAL', 'utime', { path });
    this.#node(path, 'utime', (node) => utimesSync(node.self, atimeMs / 1000, mtimeMs / 1000));
  }

  /** Makes a regular file this long, in bytes. */
  truncate(path: string, size: number): void {
    if (!Number.isSafeInteger(size) || size < 0) throw new SystemError('EINVAL', 'ftruncate', { path });
    const { fd } = this.openFile(path, 'write');
    try {
      attempt(path, () => ftruncateSync(fd, size));
    } finally {
      closeSync(fd);
    }
  }

  /** The space of the file system a node is on. */
  statfs(path: string): FileSystemSpace {
    return this.#node(path, 'statfs', (node) => {
      const { bavail, blocks, bsize } = statfsSync(node.self);
      return { free: bavail * bsize, total: blocks * bsize };
    });
  }

  /** Where a node is on this machine, for logs and programs that are told of it. Not to be opened: it may have changed. */
  realPath(path: string): string {
    return realPathOf(this.#place(path, 'realpath'));
  }

  /**
   * The canonical path of an open file now, wherever it, or a directory on the way, was renamed to in the jail.
   * @returns undefined when it has no name any more, or none in the jail, or when that cannot be told here.
   */
  pathOfOpen(fd: number): string | undefined {
    const { rootDescriptor } = this.#strategy;
    if (rootDescriptor === undefined) return undefined;
    const root = pathOfDescriptor(rootDescriptor);
    const file = pathOfDescriptor(fd);
    const beginning = root === '/' ? root : `${root}/`;
    if (!file.startsWith(beginning)) return undefined;
    const path = file.slice(beginning.length - 1);
    const there = this.lstatIfPresent(path);
    const { dev, ino } = fstatSync(fd);
    return there?.dev === dev && there.ino === ino ? path : undefined;
  }

  /**
   * The names that lead to a node from the root it is in, as a path: the canonical path itself, or behind a link that leads
   * out, what is below the link root. For rules about names.
   * @param follow Whether a link in the last place that was followed stands for what it led to.
   */
  pathInRoot(path: string, { follow }: { readonly follow: boolean }): string {
    if (this.#linkRoots === undefined) return path;
    return pathOfNames((follow ? this.#place(path, 'resolve') : this.#ownPlace(path, 'resolve')).names);
  }

  /** Gives the root back. Open files and directories stay what they are. May be called again. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#linkRoots?.close();
    this.#strategy.close();
  }

  /** Where a canonical path is: what a link on it, the last name included, was found to lead to. */
  #place(path: string, syscall: string): Place {
    const names = canonicalNames(path, syscall);
    return this.#linkRoots?.placeOf(names) ?? { strategy: this.#strategy, names };
  }

  /** The same, but the last name is what it is, also when it is a link that was followed. */
  #ownPlace(path: string, syscall: string): Place {
    const above = canonicalNames(path, syscall);
    const name = above.pop();
    if (this.#linkRoots === undefined || name === undefined) return this.#place(path, syscall);
    const { strategy, names } = this.#linkRoots.placeOf(above);
    return { strategy, names: [...names, name] };
  }

  /** A call on an entry of a directory. The root is in none, and fails as the kernel would have it. */
  #entry<T>(path: string, syscall: string, rootCode: string, call: (entry: KernelPath) => T): T {
    if (path === '/') throw new SystemError(rootCode, syscall, { path });
    return attempt(path, () => {
      const { strategy, names } = this.#ownPlace(path, syscall);
      const name = names.at(-1) ?? '';
      return inDirectory(strategy, names.slice(0, -1), (directory) => call(directory.entry(name)));
    });
  }

  /** The same, where the call puts something else in the place of the entry: what a link of the path led to is over. */
  #changedEntry<T>(path: string, syscall: string, rootCode: string, call: (entry: KernelPath) => T): T {
    this.#linkRoots?.closed(path);
    return this.#entry(path, syscall, rootCode, call);
  }

  /** A call on two entries. */
  #entries(syscall: string, from: string, to: string, call: (from: KernelPath, to: KernelPath) => void): void {
    try {
      this.#changedEntry(from, syscall, 'EBUSY', (source) =>
        this.#changedEntry(to, syscall, 'EBUSY', (target) => call(source, target)),
      );
    } catch (error) {
      throw withVirtualPath(error, from, to);
    }
  }

  /** A call that takes the name of a file away. If it was the last one of a large file, nobody waits until it is freed. */
  #freeingInPool(path: string, syscall: string, call: () => void, taking?: (stats: FileStats) => void): void {
    const { stats, large } = this.#taken(path, syscall);
    try {
      if (stats !== undefined) taking?.(toFileStats(stats));
      call();
    } finally {
      large?.closeInPool();
    }
  }

  /** What has a name, and is about to lose it: a large file is held. */
  #taken(path: string, syscall: string): { readonly stats?: NodeStats; readonly large?: HeldNode } {
    try {
      const { strategy, names } = this.#ownPlace(path, syscall);
      const stats = strategy.lstat(names);
      if (stats === undefined) return {};
      return stats.isFile() && stats.size >= LARGE ? { stats, large: strategy.node(names) } : { stats };
    } catch (error) {
      // What cannot be looked up is refused by the call itself, with its own words.
      if (isSystemError(error)) return {};
      throw error;
    }
  }

  #statNode(path: string): FileStats {
    return this.#node(path, 'stat', (node) => toFileStats(node.stats));
  }

  /** A call on a node that would follow a link. */
  #node<T>(path: string, syscall: string, call: (node: HeldNode) => T): T {
    return attempt(path, () => {
      const { strategy, names } = this.#place(path, syscall);
      const node = strategy.node(names);
      try {
        if (node.stats.isSymbolicLink()) throw new SystemError('ELOOP', syscall);
        return call(node);
      } finally {
        node.close();
      }
    });
  }
}

/** As the kernel knows it; of a file that has no name any more, one that leads nowhere. */
function pathOfDescriptor(fd: number): string {
  return nameFromLatin1(readlinkSync(`${DESCRIPTORS}/${fd}`, 'latin1'));
}

/** The best way to keep paths inside that works on this machine. */
export function bestStrategy(): JailStrategy {
  if (!isDescriptorPathAvailable()) return 'portable';
  return isOpenat2Available() ? 'openat2' : 'walk';
}

/** The strategy is closed when that fails. */
function openLinkRoots(
  strategy: Strategy,
  kind: JailStrategy,
  roots: readonly string[] | undefined,
): LinkRoots | undefined {
  // Nothing is outside of the whole machine.
  if (roots === undefined || strategy.rootPath === '/') return undefined;
  try {
    return new LinkRoots(strategy, roots, (root) => openStrategy(root, kind));
  } catch (error) {
    strategy.close();
    throw error;
  }
}

function openStrategy(root: string, strategy: JailStrategy): Strategy {
  if (root.includes('\0')) throw new SystemError('EINVAL', 'open');
  if (strategy === 'portable') return new PortableStrategy(root);
  if (!isDescriptorPathAvailable()) throw new SystemError('ENOSYS', 'open');
  if (strategy === 'walk') return new WalkStrategy(root);
  if (!isOpenat2Available()) throw new SystemError('ENOSYS', 'openat2');
  return new Openat2Strategy(root);
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw withVirtualPath(error, path);
  }
}

function checkMode(mode: number, syscall: string, path: string): void {
  if (!Number.isInteger(mode) || mode < 0 || mode > 0o7777) throw new SystemError('EINVAL', syscall, { path });
}
