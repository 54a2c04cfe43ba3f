// The text of LIST and STAT: spec server-protocol §9.1, §9.2
import {
  classifySuffix,
  formatListLine,
  joinPath,
  ListDates,
  type ListArgument,
  type ListEntry,
  type ListOptions,
} from '@pure-ftpd/protocol';

import { FilesystemError, isFileError } from '../errors.ts';
import type { Session } from '../contract/session.ts';
import { columns } from './columns.ts';
import { compareNames, entriesOf, isListable, listEntry } from './entries.ts';
import { sortNames } from './sort-names.ts';
import { expandPattern } from './pattern-expansion.ts';

/** A place a listing was asked for: where it is, and what the client called it. */
interface Place {
  readonly path: string;
  readonly shown: string;
  readonly entry: ListEntry;
}

/** How a listing went, for what is said at its end. */
export interface ListSummary {
  entries: number;
  truncated: boolean;
}

/**
 * The lines of a listing, each without its line end, a slice at a time.
 * @param summary Counts what was listed.
 * @throws the file system's error when the one place asked for is not there.
 */
export async function* listText(
  session: Session,
  argument: ListArgument,
  summary: ListSummary,
): AsyncGenerator<string[]> {
  const writer = new ListWriter(session, argument.options, summary);
  // With -d a link is an entry like any other.
  const follow = !argument.options.d;
  if (argument.patterns.length === 0) {
    const place = await findPlace(session, '.', follow);
    yield* argument.options.d ? writer.files([place]) : writer.directory(place, '.', 0);
    return;
  }
  const single = argument.patterns.length === 1;
  for (const pattern of argument.patterns) {
    const places = await findPlaces(session, pattern, { single, follow }, summary);
    const isContent = ({ entry }: Place): boolean => entry.type === 'dir' && !argument.options.d;
    yield* writer.files(places.filter((place) => !isContent(place)));
    for (const place of places.filter(isContent)) {
      if (!single || places.length > 1) yield heading(place.shown);
      yield* writer.directory(place, place.shown, 0);
    }
  }
}

function heading(shown: string): string[] {
  return ['', '', `${shown}:`, ''];
}

/** The places one pattern stands for. The only one asked for must be there; of several, those that are. */
async function findPlaces(
  session: Session,
  pattern: string,
  { single, follow }: { readonly single: boolean; readonly follow: boolean },
  summary: ListSummary,
): Promise<Place[]> {
  const expanded = await expandPattern(session, pattern);
  summary.truncated ||= expanded.truncated;
  if (!expanded.isPattern && single) return [await findPlace(session, expanded.paths[0] ?? '', follow)].filter(isShown);
  const places: Place[] = [];
  for (const shown of expanded.paths) {
    try {
      places.push(await findPlace(session, shown, follow));
    } catch (error) {
      if (!isFileError(error)) throw error;
    }
  }
  return places.filter(isShown);
}

/** Files, directories and links: what can be transferred, or leads there. */
function isShown({ entry }: Place): boolean {
  return entry.type !== 'other';
}

/** What a client's words point to. A link to a directory is that directory; another is shown as itself. */
async function findPlace(session: Session, shown: string, follow: boolean): Promise<Place> {
  const { fs } = session;
  const own = await fs.resolve(shown, { follow: false, allowMissing: false });
  if (!session.hasPerm('l', own)) throw new FilesystemError('Not enough privileges');
  const stats = await fs.lstat(own);
  if (stats.type === 'link') {
    const target = follow ? await followed(session, shown) : undefined;
    if (target !== undefined) return target;
    return { path: own, shown, entry: listEntry(fs, shown, stats, await fs.readlink(own)) };
  }
  return { path: own, shown, entry: listEntry(fs, shown, stats) };
}

async function followed(session: Session, shown: string): Promise<Place | undefined> {
  try {
    const path = await session.fs.resolve(shown, { follow: true, allowMissing: false });
    const stats = await session.fs.stat(path);
    return stats.type === 'dir' ? { path, shown, entry: listEntry(session.fs, shown, stats) } : undefined;
  } catch (error) {
    if (isFileError(error)) return undefined;
    throw error;
  }
}

class ListWriter {
  readonly #session: Session;
  readonly #options: ListOptions;
  readonly #summary: ListSummary;
  readonly #dates: ListDates;

  constructor(session: Session, options: ListOptions, summary: ListSummary) {
    this.#session = session;
    this.#options = options;
    this.#summary = summary;
    this.#dates = new ListDates({ now: Date.now(), utc: session.settings.useGmtTimes });
  }

  /** Files named one by one. */
  async *files(places: readonly Place[]): AsyncGenerator<string[]> {
    const entries = this.#sorted(places.map(({ entry }) => entry).filter(({ name }) => isListable(name)));
    this.#summary.entries += entries.length;
    yield await this.#lines(entries, this.#session.fs.cwd);
  }

  /** What is in a directory, and with `-R` in those below it. */
  async *directory(place: Place, shownAs: string, depth: number): AsyncGenerator<string[]> {
    const { fs, settings } = this.#session;
    if (!this.#session.hasPerm('l', place.path)) return;
    const directory = await fs.openDirectory(place.path);
    const below: string[] = [];
    try {
      let names = (await directory.names()).filter(
        (name) => isListable(name) && (this.#options.a || !name.startsWith('.')),
      );
      if (this.#options.a) names.push('.', '..');
      const left = settings.maxListed - this.#summary.entries;
      const byStat = this.#options.t || this.#options.S;
      // Columns are as wide as the longest of all names.
      const atOnce = byStat || this.#options.C;
      if (!byStat) names = await sortNames(names);
      if (!byStat && this.#options.r) names.reverse();
      if (names.length > left) {
        names = names.slice(0, left);
        this.#summary.truncated = true;
      }
      // Without a way to tell directories from files, a recursive listing could not be read.
      const recursive = this.#options.R && (this.#options.l || this.#options.F);
      const gathered: ListEntry[] = [];
      for await (const slice of entriesOf(fs, place.path, directory, names)) {
        const shown = slice.filter(({ type }) => type !== 'other');
        this.#summary.entries += shown.length;
        if (recursive)
          below.push(
            ...shown
              .filter(({ type, name }) => type === 'dir' && name !== '.' && name !== '..')
              .map(({ name }) => name),
          );
        if (atOnce) gathered.push(...shown);
        else yield await this.#lines(shown, place.path);
      }
      if (atOnce) yield await this.#lines(this.#sorted(gathered), place.path);
    } finally {
      await directory.close();
    }
    for (const name of below.toSorted(compareNames)) {
      if (this.#summary.truncated) return;
      const shown = `${shownAs}/${name}`;
      yield heading(shown);
      if (depth + 1 >= settings.maxListDepth) continue;
      const path = place.path === '/' ? `/${name}` : `${place.path}/${name}`;
      try {
        yield* this.directory({ path, shown, entry: place.entry }, shown, depth + 1);
      } catch (error) {
        // A directory that may not be read, or has gone, is empty to this client.
        if (!isFileError(error)) throw error;
      }
    }
  }

  #sorted(entries: readonly ListEntry[]): ListEntry[] {
    const { S, t, r } = this.#options;
    const sorted = entries.toSorted((a, b) => {
      if (t && a.mtimeMs !== b.mtimeMs) return b.mtimeMs - a.mtimeMs;
      if (S && a.size !== b.size) return b.size - a.size;
      return compareNames(a.name, b.name);
    });
    return r ? sorted.toReversed() : sorted;
  }

  async #lines(entries: readonly ListEntry[], directory: string): Promise<string[]> {
    const { l, C, F } = this.#options;
    if (l) {
      const lines: string[] = [];
      for (const entry of entries) {
        // Behind the target of a link stands what the target is.
        const kind = F && entry.type === 'link' ? await this.#targetSuffix(entry, directory) : this.#suffix(entry);
        lines.push(formatListLine(entry, this.#dates, kind));
      }
      return lines;
    }
    const names = entries.map((entry) => entry.name + this.#suffix(entry));
    return C ? columns(names) : names;
  }

  #suffix({ type, mode }: ListEntry): string {
    return this.#options.F ? classifySuffix(type, mode) : '';
  }

  async #targetSuffix({ name }: ListEntry, directory: string): Promise<string> {
    const { fs } = this.#session;
    try {
      const path = joinPath(directory, name);
      const { type, mode } = await fs.stat(await fs.resolve(path, { follow: true, allowMissing: false }));
      return classifySuffix(type, mode);
    } catch (error) {
      if (isFileError(error)) return '';
      throw error;
    }
  }
}
