import { dirname, encodeName, hasControlBytes, type ListEntry } from '@pure-ftpd/protocol';

import { isFileError } from '../errors.ts';
import type { FileSystem } from '../contract/file-system.ts';
import type { Awaitable, FileStats, NamedStats, VirtualDirectory } from '../contract/virtual-file.ts';
import type { LongWork } from '../long-work.ts';

/** Entries looked up at once, at most: about two milliseconds' worth where they are in memory. */
const MOST_AT_ONCE = 512;

/** A look-up that takes longer than this many milliseconds has waited for a disk: the next one is of fewer entries. */
const SLOW_MS = 5;

/** Entries asked for at once of a file system that answers later. */
const AT_ONCE = 32;

/** A line cannot hold every name, and no command could name what has control characters in it: it is not shown. */
export function isListable(name: string): boolean {
  return !hasControlBytes(name);
}

/** Byte order, as `strcmp`. */
export function compareNames(a: string, b: string): number {
  // UTF-16 order is byte order but for surrogates; they are rare enough to be compared the slow way.
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(encodeName(a), encodeName(b));
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

const SURROGATE = /[\uD800-\uDFFF]/;

/** One entry as listings show it. */
export function listEntry(fs: FileSystem, name: string, stats: FileStats, target?: string): ListEntry {
  const { type, size, mode, nlink, uid, gid, mtimeMs, dev, ino } = stats;
  const owner = fs.userName(uid);
  const group = fs.groupName(gid);
  // One by one: to copy an object with the names of its members takes as long as to look the entry up.
  return { type, size, mode, nlink, uid, gid, mtimeMs, dev, ino, name, owner, group, target };
}

/**
 * An entry of an open directory; undefined when it has gone meanwhile. A local directory answers at once, and a
 * promise per entry would cost more than the answer.
 */
export function entryOf(
  fs: FileSystem,
  directory: VirtualDirectory,
  name: string,
): ListEntry | undefined | Promise<ListEntry | undefined> {
  try {
    const stats = directory.lstat(name);
    if (stats instanceof Promise) return laterEntry(fs, directory, name, stats);
    if (stats.type !== 'link') return listEntry(fs, name, stats);
    const target = directory.readlink(name);
    return target instanceof Promise ? laterEntry(fs, directory, name, stats) : listEntry(fs, name, stats, target);
  } catch (error) {
    return gone(error);
  }
}

async function laterEntry(
  fs: FileSystem,
  directory: VirtualDirectory,
  name: string,
  pending: Awaitable<FileStats>,
): Promise<ListEntry | undefined> {
  try {
    const stats = await pending;
    return listEntry(fs, name, stats, stats.type === 'link' ? await directory.readlink(name) : undefined);
  } catch (error) {
    return gone(error);
  }
}

function gone(error: unknown): undefined {
  if (isFileError(error)) return undefined;
  throw error;
}

/**
 * The entries behind some names of a directory, a part at a time, with a turn for other sessions now and then.
 * @param path The directory's own path, for `.` and `..`.
 */
export async function* entriesOf(
  fs: FileSystem,
  path: string,
  directory: VirtualDirectory,
  names: readonly string[],
  work: LongWork,
): AsyncGenerator<ListEntry[]> {
  let most = MOST_AT_ONCE;
  for (let at = 0; at < names.length;) {
    const part = names.slice(at, at + most);
    at += part.length;
    const before = performance.now();
    const found = entriesAtOnce(fs, directory, part);
    most = performance.now() - before > SLOW_MS ? Math.ceil(most / 2) : Math.min(MOST_AT_ONCE, most * 2);
    yield found ?? (await entriesByName(fs, path, directory, part, work));
    if (work.isDue) await work.turn();
  }
}

/**
 * The entries of a directory that comes in pages, as {@link entriesOf} gives those of names, for who keeps none of them.
 * @param keep Which of the names are wanted.
 * @param dots Begins with `.` and `..`.
 */
export async function* entriesInPages(
  fs: FileSystem,
  path: string,
  pages: AsyncIterable<readonly NamedStats[]>,
  { keep, dots }: { readonly keep: (name: string) => boolean; readonly dots: boolean },
  work: LongWork,
): AsyncGenerator<ListEntry[]> {
  if (dots) {
    const own = await Promise.all([dotEntry(fs, path, '.'), dotEntry(fs, path, '..')]);
    yield own.filter((entry) => entry !== undefined);
  }
  for await (const page of pages) {
    yield page.filter(({ name }) => keep(name)).map((stats) => listEntry(fs, stats.name, stats));
    // A page may have been kept for long: whoever has left is seen here.
    await work.turn();
  }
}

/** At most so many entries of all. @param cut Told when there are more. */
export async function* atMost(
  entries: AsyncIterable<ListEntry[]>,
  most: number,
  cut: () => void,
): AsyncGenerator<ListEntry[]> {
  let left = most;
  for await (const slice of entries) {
    if (slice.length > left) {
      yield slice.slice(0, left);
      cut();
      return;
    }
    left -= slice.length;
    yield slice;
  }
}

/** The entries behind some names, all looked up at once; undefined where that cannot be done. */
function entriesAtOnce(fs: FileSystem, directory: VirtualDirectory, names: readonly string[]): ListEntry[] | undefined {
  // `.` and `..` are not entries of the directory to who asks for them here.
  if (directory.lstatAll === undefined || names.includes('.') || names.includes('..')) return undefined;
  const found: ListEntry[] = [];
  try {
    for (const [index, stats] of directory.lstatAll(names).entries()) {
      const name = names[index];
      if (stats === undefined || name === undefined) continue;
      const entry = stats.type === 'link' ? entryOf(fs, directory, name) : listEntry(fs, name, stats);
      if (entry instanceof Promise) return undefined;
      if (entry !== undefined) found.push(entry);
    }
  } catch (error) {
    return gone(error);
  }
  return found;
}

/** The same one by one, some at a time. */
async function entriesByName(
  fs: FileSystem,
  path: string,
  directory: VirtualDirectory,
  names: readonly string[],
  work: LongWork,
): Promise<ListEntry[]> {
  const entries: ListEntry[] = [];
  for (let from = 0; from < names.length; from += AT_ONCE) {
    const batch = names
      .slice(from, from + AT_ONCE)
      .map((name) => (name === '.' || name === '..' ? dotEntry(fs, path, name) : entryOf(fs, directory, name)));
    const found = batch.some((entry) => entry instanceof Promise)
      ? await Promise.all(batch.map((entry) => Promise.resolve(entry)))
      : batch;
    for (const entry of found) {
      if (entry !== undefined && !(entry instanceof Promise)) entries.push(entry);
    }
    if (work.isDue) await work.turn();
  }
  return entries;
}

/** The directory itself, or the one above it; above the root is the root. */
async function dotEntry(fs: FileSystem, path: string, name: '.' | '..'): Promise<ListEntry | undefined> {
  try {
    return listEntry(fs, name, await fs.stat(name === '.' ? path : dirname(path)));
  } catch (error) {
    return gone(error);
  }
}
