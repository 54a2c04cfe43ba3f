// For systems without /proc: paths are text, each directory on the way is looked at before it is used. Whoever can swap a
// directory for a link between the look and the use gets out; nothing better can be had from Node there.

import type { Stats } from 'node:fs';
import { accessSync, constants, lstatSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

import { type NodeStats, SystemError } from '@pure-ftpd/posix';

import { lstatIfPresent } from './descriptor.ts';
import type { HeldDirectory, HeldNode, KernelPath, Strategy } from './strategy.ts';
import { kernelPath, nameFromLatin1, pathOfNames } from './virtual-path.ts';
import { isWindowsName } from './windows-name.ts';

class TextDirectory implements HeldDirectory {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  get self(): KernelPath {
    return kernelPath(this.#path);
  }

  entry(name: string): KernelPath {
    return kernelPath(childOf(this.#path, name));
  }

  lstat(name: string): Stats {
    return lstatSync(this.entry(name));
  }

  lstatAll(names: readonly string[], told: (stats: NodeStats | undefined) => void): void {
    for (const name of names) told(lstatIfPresent(this, name));
  }

  stats(): Stats {
    return lstatSync(this.self);
  }

  enter(name: string): TextDirectory | undefined {
    const path = childOf(this.#path, name);
    return isDirectoryNotLink(path) ? new TextDirectory(path) : undefined;
  }

  close(): void {
    // Nothing is held: it is a text.
  }
}

class TextNode implements HeldNode {
  readonly self: KernelPath;
  readonly stats: Stats;

  constructor(path: string) {
    this.self = kernelPath(path);
    this.stats = lstatSync(this.self);
  }

  close(): void {
    // Nothing is held: it is a text.
  }

  closeInPool(): void {
    // As above.
  }
}

/** Weaker than its siblings; the last choice. */
export class PortableStrategy implements Strategy {
  readonly name = 'portable';
  readonly rootPath: string;
  readonly rootDescriptor: undefined;
  #open = true;

  /** @throws NodeJS.ErrnoException when the root is not a directory that can be entered. */
  constructor(root: string) {
    this.rootPath = nameFromLatin1(realpathSync.native(kernelPath(root), 'latin1'));
    if (!lstatSync(kernelPath(this.rootPath)).isDirectory()) throw new SystemError('ENOTDIR', 'open', { path: root });
    accessSync(kernelPath(this.rootPath), constants.X_OK);
  }

  get root(): HeldDirectory {
    return this.directory([]);
  }

  directory(names: readonly string[]): HeldDirectory {
    return new TextDirectory(this.#directory(names));
  }

  node(names: readonly string[]): HeldNode {
    return new TextNode(this.#path(names));
  }

  lstat(names: readonly string[]): Stats | undefined {
    return lstatSync(kernelPath(this.#path(names)), { throwIfNoEntry: false });
  }

  resolveAtOnce(_path: string, _follow: boolean, _allowMissing: boolean): string | undefined {
    return undefined;
  }

  close(): void {
    this.#open = false;
  }

  #path(names: readonly string[]): string {
    const name = names.at(-1);
    const parent = this.#directory(names.slice(0, -1));
    return name === undefined ? parent : childOf(parent, name);
  }

  #directory(names: readonly string[]): string {
    if (!this.#open) throw new SystemError('EBADF', 'open', { path: pathOfNames(names) });
    let path = this.rootPath;
    for (const name of names) {
      path = childOf(path, name);
      if (!isDirectoryNotLink(path)) throw new SystemError('ELOOP', 'open', { path: pathOfNames(names) });
    }
    return path;
  }
}

function childOf(directory: string, name: string): string {
  // Never normalised: on Windows a name that is more than a name does not get this far.
  if (process.platform !== 'win32') return directory === '/' ? `/${name}` : `${directory}/${name}`;
  if (!isWindowsName(name)) throw new SystemError('ENOENT', 'open', { path: name });
  return join(directory, name);
}

/** False for a link; anything but a directory fails. */
function isDirectoryNotLink(path: string): boolean {
  const stats = lstatSync(kernelPath(path));
  if (stats.isSymbolicLink()) return false;
  if (!stats.isDirectory()) throw new SystemError('ENOTDIR', 'open', { path });
  return true;
}
