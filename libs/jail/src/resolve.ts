// From a path as a client means it to the one canonical path of the node: the only place where links are followed.

import type { Stats } from 'node:fs';
import { lstatSync, readlinkSync } from 'node:fs';

import { SystemError } from '@pure-ftpd/posix';

import { isSystemError } from './errors.ts';
import { type LinkRoots, namesOf } from './link-roots.ts';
import type { HeldDirectory, Strategy } from './strategy.ts';
import { checkedPath, collapse, isTooLong, nameFromLatin1, pathOfNames } from './virtual-path.ts';

/** How a path is resolved. */
export interface ResolveOptions {
  /** Whether a link in the last place is followed. Those before it always are. Default: false. */
  readonly follow?: boolean;
  /** Whether the last name may be absent. Default: false. */
  readonly allowMissing?: boolean;
}

/** As Linux has it (MAXSYMLINKS). */
const MAX_LINKS = 40;
/**
 * Directories entered for one path. Only a path with many `..` far down can need as many, since each goes back from the
 * root; the limit keeps one command from holding up everybody for more than some 20 ms.
 */
const MAX_STEPS = 4096;

const STICKY_AND_WRITABLE_BY_ALL = 0o1002;

/**
 * Resolves as the kernel does after chroot(2) into the root of the strategy.
 *
 * @returns The canonical path.
 * @throws {SystemError} in the kernel's terms.
 */
export function resolvePath(strategy: Strategy, path: string, options: ResolveOptions = {}): string {
  const { follow = false, allowMissing = false } = options;
  const checked = checkedPath(path, 'resolve');
  if (checked === '/') return checked;
  return (
    strategy.resolveAtOnce(checked, follow, allowMissing) ?? new Walk(strategy, path).run(checked, follow, allowMissing)
  );
}

/**
 * Resolves as a client of a virtual chroot sees paths: `..` goes back by what was written, and what a link leads to has the
 * path of the link. Where each link on the way led is told to the roots, so that the path means that from now on.
 *
 * @returns The canonical path: what was written, without `.` and `..`.
 * @throws {SystemError} in the kernel's terms; EACCES when a link leads out of all roots.
 */
export function resolveAsWritten(
  strategy: Strategy,
  roots: LinkRoots,
  path: string,
  options: ResolveOptions = {},
): string {
  const { follow = false, allowMissing = false } = options;
  const checked = checkedPath(path, 'resolve');
  const canonical = collapse(checked);
  if (canonical === '/') return canonical;
  // Slashes and `.` at the end ask for a directory.
  const ending = /(?:\/|\/\.)+$/.exec(checked)?.[0] ?? '';
  if (strategy.resolveAtOnce(canonical + ending, follow, allowMissing) === undefined) {
    new Walk(strategy, path, roots).runAsWritten(canonical, ending, follow, allowMissing);
  } else {
    for (const prefix of prefixesOf(canonical)) roots.closed(prefix);
  }
  return canonical;
}

/** The path of each directory on the way, and the path itself. */
function prefixesOf(path: string): string[] {
  const names = path.slice(1).split('/');
  return names.map((_, index) => pathOfNames(names.slice(0, index + 1)));
}

/** One walk, from the root to the node, a name at a time. */
class Walk {
  /** The root the walk is in at this moment. */
  #strategy: Strategy;
  /** The path as it was given, for errors. */
  readonly #path: string;
  /** Where links may lead outside of the root; undefined where none may. */
  readonly #roots: LinkRoots | undefined;
  /** Canonical names of the directory reached. */
  #names: string[] = [];
  #root: HeldDirectory;
  #directory: HeldDirectory;
  /** Outside of all roots: the names of the place on this machine, by text only. Nothing is looked up there. */
  #outside: string[] | undefined;
  /** Names still to go, the next one last. */
  #pending: string[] = [];
  #links = 0;
  #steps = 0;
  /** The last name has a slash or `.` after it: it must be a directory, and a link there is followed. */
  #mustBeDirectory = false;
  /** It is `.` (slashes after it change nothing), which is in no directory that does not exist. */
  #mustExist = false;

  constructor(strategy: Strategy, path: string, roots?: LinkRoots) {
    this.#strategy = strategy;
    this.#path = path;
    this.#roots = roots;
    this.#root = strategy.root;
    this.#directory = this.#root;
  }

  run(path: string, follow: boolean, allowMissing: boolean): string {
    try {
      this.#push(path);
      this.#go((name) => this.#goTo(name, follow, allowMissing));
      const canonical = pathOfNames(this.#names);
      // What is longer could not be given to the kernel again.
      if (isTooLong(canonical)) this.#fail('ENAMETOOLONG');
      return canonical;
    } finally {
      this.#letGo();
    }
  }

  /** Goes the names of a path one by one, and tells the roots of each whether it is a link, and where that has led. */
  runAsWritten(path: string, ending: string, follow: boolean, allowMissing: boolean): void {
    const prefixes = prefixesOf(path);
    try {
      for (const prefix of prefixes) {
        const isLast = prefix === path;
        const before = this.#links;
        this.#mustBeDirectory = false;
        this.#mustExist = false;
        this.#push(prefix.slice(prefix.lastIndexOf('/') + 1) + (isLast ? ending : ''));
        if (isLast) this.#go((name) => this.#goTo(name, follow, allowMissing));
        else this.#go((name) => this.#goInto(name));
        if (this.#outside !== undefined) this.#fail('EACCES');
        if (this.#links === before) this.#roots?.closed(prefix);
        else this.#roots?.opened(prefix, { strategy: this.#strategy, names: this.#names });
      }
    } finally {
      this.#letGo();
    }
  }

  /** Goes what is pending; the last name as is said. */
  #go(last: (name: string) => void): void {
    for (let name = this.#pending.pop(); name !== undefined; name = this.#pending.pop()) {
      this.#spend(1);
      if (this.#outside !== undefined) this.#goOutside(this.#outside, name);
      else if (name === '..') this.#goUp();
      else if (this.#pending.length > 0) this.#goInto(name);
      else last(name);
    }
  }

  #fail(code: string): never {
    throw new SystemError(code, 'resolve', { path: this.#path });
  }

  #spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > MAX_STEPS) this.#fail('ENAMETOOLONG');
  }

  /** Puts the names of a path, or of a link's target, before those still to go. */
  #push(path: string): void {
    const parts = path.split('/');
    if (this.#pending.length === 0) {
      const last = parts.at(-1);
      this.#mustBeDirectory ||= last === '' || last === '.';
      this.#mustExist ||= parts.findLast((part) => part !== '') === '.';
    }
    for (const part of parts.toReversed()) if (part !== '' && part !== '.') this.#pending.push(part);
  }

  /** `..` is the directory this one was found in, which is inside: never what the file system has under that name. */
  #goUp(): void {
    if (this.#names.length === 0) {
      // The root is its own parent, but to a link that may lead out.
      if (this.#roots !== undefined) this.#arrive(namesOf(this.#strategy.rootPath).slice(0, -1));
      return;
    }
    this.#names.pop();
    // Several are one way back.
    for (; this.#pending.at(-1) === '..' && this.#names.length > 0; this.#pending.pop()) this.#names.pop();
    this.#spend(this.#names.length);
    this.#replaceDirectory(this.#names.length === 0 ? this.#root : this.#strategy.directory(this.#names));
  }

  #goOutside(outside: readonly string[], name: string): void {
    this.#arrive(name === '..' ? outside.slice(0, -1) : [...outside, name]);
  }

  /** Comes to a place on this machine by its text: in one of the roots, or nowhere. */
  #arrive(names: string[]): void {
    const place = this.#roots?.containing(names);
    this.#letGo();
    this.#strategy = place?.strategy ?? this.#strategy;
    this.#root = this.#strategy.root;
    this.#directory = this.#root;
    this.#names = [...(place?.names ?? [])];
    this.#outside = place === undefined ? names : undefined;
    if (this.#names.length > 0) this.#directory = this.#strategy.directory(this.#names);
  }

  #goInto(name: string): void {
    const next = this.#directory.enter(name);
    if (next === undefined) {
      this.#follow(name);
      return;
    }
    this.#replaceDirectory(next);
    this.#names.push(name);
  }

  #goTo(name: string, follow: boolean, allowMissing: boolean): void {
    const stats = this.#lstat(name);
    if (stats === undefined) {
      if (!allowMissing || this.#mustExist) this.#fail('ENOENT');
    } else if (stats.isSymbolicLink() && (follow || this.#mustBeDirectory)) {
      this.#refuseTrap(stats);
      this.#follow(name);
      return;
    } else if (this.#mustBeDirectory && !stats.isDirectory()) {
      this.#fail('ENOTDIR');
    }
    this.#names.push(name);
  }

  #lstat(name: string): Stats | undefined {
    return lstatSync(this.#directory.entry(name), { throwIfNoEntry: false });
  }

  /**
   * A link in the last place, in a directory like /tmp, that is neither ours nor the directory's owner's, is a trap for
   * whoever writes there; the kernel's `fs.protected_symlinks`, which a walk by hand would go round.
   */
  #refuseTrap(link: Stats): void {
    const directory = this.#directory.stats();
    if ((directory.mode & STICKY_AND_WRITABLE_BY_ALL) !== STICKY_AND_WRITABLE_BY_ALL) return;
    if (link.uid !== directory.uid && link.uid !== process.geteuid?.()) this.#fail('EACCES');
  }

  #follow(name: string): void {
    this.#links += 1;
    if (this.#links > MAX_LINKS) this.#fail('ELOOP');
    const target = this.#readlink(name);
    if (target === undefined) {
      this.#pending.push(name);
      return;
    }
    if (target.startsWith('/')) this.#goToTop();
    this.#push(target);
  }

  /** To where absolute targets begin: the root, or where links may lead out of it, that of the machine. */
  #goToTop(): void {
    if (this.#roots !== undefined) {
      this.#arrive([]);
      return;
    }
    this.#names = [];
    this.#replaceDirectory(this.#root);
  }

  /** Undefined when there is no link any more: somebody has put something else in its place. */
  #readlink(name: string): string | undefined {
    try {
      return nameFromLatin1(readlinkSync(this.#directory.entry(name), 'latin1'));
    } catch (error) {
      if (isSystemError(error) && error.code === 'EINVAL') return undefined;
      throw error;
    }
  }

  #replaceDirectory(next: HeldDirectory): void {
    this.#letGo();
    this.#directory = next;
  }

  #letGo(): void {
    if (this.#directory !== this.#root) this.#directory.close();
  }
}
