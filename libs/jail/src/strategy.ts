// How a jail gets from names to nodes. One interface, so that every operation is written once.

import type { Stats } from 'node:fs';

import type { NodeStats } from '@pure-ftpd/posix';

/** How paths are kept inside, best first. */
export type JailStrategy = 'openat2' | 'walk' | 'portable';

/** A path as Node's file system functions take it. */
export type KernelPath = string | Buffer;

/** A directory inside the jail, kept hold of: a rename or a link put in its place changes nothing for who has it. */
export interface HeldDirectory {
  /** For calls on the directory itself. */
  readonly self: KernelPath;
  /** For calls on an entry that do not follow a link in the last place. The name has been checked. */
  entry(name: string): KernelPath;
  /**
   * What an entry is, a link being one. The name has been checked.
   * @throws {SystemError} ENOENT, and as lstat(2) says.
   */
  lstat(name: string): NodeStats;
  /**
   * The same for many, told in their order: undefined for what is not there.
   * @throws {SystemError} for the first that cannot be looked up for another reason.
   */
  lstatAll(names: readonly string[], told: (stats: NodeStats | undefined) => void): void;
  /** What the directory itself is. */
  stats(): Stats;
  /**
   * A directory in this one, which the caller closes; undefined when there is a link instead.
   * @throws {SystemError} ENOTDIR when it is anything else.
   */
  enter(name: string): HeldDirectory | undefined;
  /** Gives back what is held. Once. */
  close(): void;
}

/** A node inside the jail of any kind, a link too, kept hold of. */
export interface HeldNode {
  /** For calls on the node. Of a link: only after looking at `stats`, and only for calls that do not mind one. */
  readonly self: KernelPath;
  readonly stats: Stats;
  /** Gives back what is held. Once. */
  close(): void;
  /** Gives it back in the thread pool: the last one to hold a file that has no name any more frees what is in it. */
  closeInPool(): void;
}

/** The file system below a root. Takes the names of canonical paths, and fails with ELOOP where one on the way is a link. */
export interface Strategy {
  readonly name: JailStrategy;
  /** Real path of the root. */
  readonly rootPath: string;
  /** The root itself; belongs to the strategy, which closes it. */
  readonly root: HeldDirectory;
  /** Its descriptor; undefined where it has none. */
  readonly rootDescriptor: number | undefined;
  /** The caller closes it. */
  directory(names: readonly string[]): HeldDirectory;
  /** The caller closes it. */
  node(names: readonly string[]): HeldNode;
  /** What a node is, without following it. Undefined when there is none. */
  lstat(names: readonly string[]): Stats | undefined;
  /**
   * One attempt to resolve without looking at each name.
   *
   * @param path Checked, not canonical.
   * @returns undefined when a link is in the way or anything is unclear; the walk then decides.
   */
  resolveAtOnce(path: string, follow: boolean, allowMissing: boolean): string | undefined;
  close(): void;
}

/** Uses a directory of a jail, which is held only meanwhile. The root is held anyway. */
export function inDirectory<T>(strategy: Strategy, names: readonly string[], use: (directory: HeldDirectory) => T): T {
  if (names.length === 0) return use(strategy.root);
  const directory = strategy.directory(names);
  try {
    return use(directory);
  } finally {
    directory.close();
  }
}
