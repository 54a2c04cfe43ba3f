// A jail whose links may lead out of it (a virtual chroot): where they may lead, and where those that were followed have led.

import { SystemError } from '@pure-ftpd/posix';

import { isSystemError } from './errors.ts';
import type { Strategy } from './strategy.ts';
import { pathOfNames } from './virtual-path.ts';

/** A node by the root it is in, held open, and the names that lead there, none of them a link. */
export interface Place {
  readonly strategy: Strategy;
  readonly names: readonly string[];
}

/** Links of one jail that are remembered; the one not used for longest is forgotten, and its path has to be resolved again. */
const MAX_DOORS = 1024;

/** The directories in which a path of a jail may end: its root, and those that links may lead to. */
export class LinkRoots {
  readonly #main: Strategy;
  /** By path of the machine, as it was written and as it is. */
  readonly #roots = new Map<string, Strategy>();
  readonly #opened: Strategy[] = [];
  readonly #doors = new Map<string, Place>();

  /**
   * @param main The root of the jail, which stays its owner's.
   * @param roots Absolute paths. One that is not there, or may not be entered, is left out: no link leads into it.
   * @param open Opens one.
   * @throws {SystemError} EINVAL for a path that is not absolute; what `open` throws for another reason than these.
   */
  constructor(main: Strategy, roots: readonly string[], open: (root: string) => Strategy) {
    this.#main = main;
    try {
      for (const root of roots) this.#add(root, open);
    } catch (error) {
      this.close();
      throw error;
    }
    // What is in the root is in the root, also by a path that leads through a link root.
    this.#roots.set(main.rootPath, main);
  }

  /** The innermost root that a path of the machine is in, by text; undefined where it is in none. */
  containing(names: readonly string[]): Place | undefined {
    for (let length = names.length; length >= 0; length -= 1) {
      const strategy = this.#roots.get(pathOfNames(names.slice(0, length)));
      if (strategy !== undefined) return { strategy, names: names.slice(length) };
    }
    return undefined;
  }

  /** Where a canonical path is: through the last link on it that was followed. */
  placeOf(names: readonly string[]): Place {
    for (let length = names.length; length > 0 && this.#doors.size > 0; length -= 1) {
      const path = pathOfNames(names.slice(0, length));
      const door = this.#doors.get(path);
      if (door === undefined) continue;
      this.#remember(path, door);
      return { strategy: door.strategy, names: [...door.names, ...names.slice(length)] };
    }
    return { strategy: this.#main, names };
  }

  /**
   * A link was followed.
   * @param path The canonical path it has.
   * @param place Where it has led. What is in two roots is in the inner one from now on.
   */
  opened(path: string, place: Place): void {
    this.#remember(path, this.containing(namesOf(realPathOf(place))) ?? place);
  }

  /** Whether the path is that of a link that was followed. */
  isOpen(path: string): boolean {
    return this.#doors.has(path);
  }

  /** What has the path is no link, or one that is not to be followed. */
  closed(path: string): void {
    this.#doors.delete(path);
  }

  /** Gives the roots back, but for the jail's own. */
  close(): void {
    for (const strategy of this.#opened.splice(0)) strategy.close();
  }

  #add(root: string, open: (root: string) => Strategy): void {
    if (!root.startsWith('/')) throw new SystemError('EINVAL', 'open', { path: root });
    let strategy: Strategy;
    try {
      strategy = open(root);
    } catch (error) {
      if (isSystemError(error) && ['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP'].includes(error.code)) return;
      throw error;
    }
    this.#opened.push(strategy);
    this.#roots.set(pathOfNames(namesOf(root)), strategy);
    this.#roots.set(strategy.rootPath, strategy);
  }

  #remember(path: string, place: Place): void {
    this.#doors.delete(path);
    this.#doors.set(path, place);
    if (this.#doors.size <= MAX_DOORS) return;
    const [oldest] = this.#doors.keys();
    if (oldest !== undefined) this.#doors.delete(oldest);
  }
}

/** The path on this machine. */
export function realPathOf({ strategy: { rootPath }, names }: Place): string {
  if (names.length === 0) return rootPath;
  return rootPath === '/' ? pathOfNames(names) : rootPath + pathOfNames(names);
}

/** The names of a path of the machine, as text. */
export function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}
