// Virtual paths: absolute, `/` is the root of the jail, names by the surrogateescape rule.

import { decodeName, encodeName, NameError } from '@pure-ftpd/protocol';
import { SystemError } from '@pure-ftpd/posix';

/** What the kernel takes in one call (PATH_MAX, less the NUL). A string is never shorter in bytes than in UTF-16 units. */
const MAX_PATH_BYTES = 4095;

/**
 * The one place where a path becomes what the kernel gets: a string when it is plain Unicode (Node writes it as UTF-8),
 * else the bytes it stands for.
 *
 * @throws {SystemError} EILSEQ for a lone surrogate that stands for no byte.
 */
export function kernelPath(path: string): string | Buffer {
  if (path.isWellFormed()) return path;
  try {
    return encodeName(path);
  } catch (error) {
    if (error instanceof NameError) throw new SystemError('EILSEQ', 'encode', { cause: error });
    throw error;
  }
}

/** A name as the kernel gave it, read as Latin-1: one character for each byte, which costs nothing for plain ASCII. */
export function nameFromLatin1(name: string): string {
  return /[^\0-\x7f]/.test(name) ? decodeName(Buffer.from(name, 'latin1')) : name;
}

/** Whether a path is longer than the kernel takes. */
export function isTooLong(path: string): boolean {
  // A UTF-16 unit is never less than a byte and never more than three; a path as usual need not be counted.
  if (path.length * 3 <= MAX_PATH_BYTES) return false;
  return path.length > MAX_PATH_BYTES || Buffer.byteLength(kernelPath(path)) > MAX_PATH_BYTES;
}

/**
 * A path by anybody's hand, made fit to be resolved: each name written in its one way (bytes that together are valid
 * UTF-8 could have been escaped one by one), and nothing the kernel would read otherwise than we do.
 *
 * @throws {SystemError} EINVAL for a NUL or a path that is not absolute, ENAMETOOLONG, EILSEQ.
 */
export function checkedPath(path: string, syscall: string): string {
  if (!path.startsWith('/') || path.includes('\0')) throw new SystemError('EINVAL', syscall, { path });
  if (isTooLong(path)) throw new SystemError('ENAMETOOLONG', syscall, { path });
  const written = kernelPath(path);
  return typeof written === 'string' ? written : decodeName(written);
}

/**
 * The names of a canonical path; none for `/`.
 *
 * @throws {SystemError} EINVAL for a path that `resolve` cannot have answered: relative, with `.`, `..`, an empty name,
 *   a slash at the end or a NUL. ENAMETOOLONG for one that is longer than the kernel takes.
 */
export function canonicalNames(path: string, syscall: string): string[] {
  if (path === '/') return [];
  if (!path.startsWith('/')) throw new SystemError('EINVAL', syscall, { path });
  if (isTooLong(path)) throw new SystemError('ENAMETOOLONG', syscall, { path });
  const names = path.slice(1).split('/');
  for (const name of names) checkName(name, syscall, path);
  return names;
}

/** @throws {SystemError} EINVAL for what is not the name of one directory entry. */
export function checkName(name: string, syscall: string, path: string = name): void {
  if (name === '' || name === '.' || name === '..' || name.includes('\0') || name.includes('/')) {
    throw new SystemError('EINVAL', syscall, { path });
  }
}

/** The canonical path of names. */
export function pathOfNames(names: readonly string[]): string {
  return `/${names.join('/')}`;
}

/**
 * The canonical path of one in which no name is a link. Only then is `..` the name before it.
 * `..` at the root stays there, as after chroot(2).
 */
export function collapse(path: string): string {
  if (!/\/(?:\.{0,2}(?:\/|$))/.test(path)) return path;
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return pathOfNames(names);
}
