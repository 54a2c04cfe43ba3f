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
import type { Awaitable, NamedStats, VirtualDirectory } from '../contract/virtual-file.ts';
import type { Session } from '../contract/session.ts';
import { mayUser } from '../user-code/permission.ts';
import { columns } from './columns.ts';
import { LongWork } from '../long-work.ts';
import { atMost, compareNames, entriesInPages, entriesOf, isListable, listEntry } from './entries.ts';
import { type Expansion, PatternExpansion } from './pattern-expansion.ts';
import { sorted, sortedNames } from './sorted.ts';
import { reason } from '../replies/reasons.ts';

/** Lines that go out as one. */
const LINES_A_PART = 512;

/** Lines that are made between two looks at the clock. */
const LINES_A_LOOK = 64;

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
 * The lines of a listing, each without its line end, a part at a time, with a turn for other sessions now and then.
 * @param summary Counts what was listed.
 * @throws the file system's error when the one place asked for is not there; TransferAborted when nobody waits for it any more.
 */
export async function* listText(
  session: Session,
  argument: ListArgument,
  summary: ListSummary,
): AsyncGenerator<string[]> {
  const work = new LongWork(session);
  const writer = new ListWriter(session, argument.options, summary, work);
  // With -d a link is an entry like any other.
  const follow = !argument.options.d;
  if (argument.patterns.length === 0) {
    const place = await findPlace(session, '.', follow);
    yield* argument.options.d ? writer.files([place]) : writer.directory(place, '.', 0);
    return;
  }
  const single = argument.patterns.length === 1;
  const expansion = new PatternExpansion(session, work);
  for (const pattern of argument.patterns) {
    if (writer.isFull) return;
    const expanded = await expansion.expand(pattern, writer.left);
    summary.truncated ||= expanded.truncated;
    const places = await findPlaces(session, expanded, { single, follow }, work);
    const isContent = ({ entry }: Place): boolean => entry.type === 'dir' && !argument.options.d;
    yield* writer.files(places.filter((place) => !isContent(place)));
    for (const place of places.filter(isContent)) {
      if (writer.isFull) return;
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
  expanded: Expansion,
  { single, follow }: { readonly single: boolean; readonly follow: boolean },
  work: LongWork,
): Promise<Place[]> {
  if (!expanded.isPattern && single) return [await findPlace(session, expanded.paths[0] ?? '', follow)].filter(isShown);
  const places: Place[] = [];
  for (const shown of expanded.paths) {
    try {
      places.push(await findPlace(session, shown, follow));
    } catch (error) {
      if (!isFileError(error)) throw error;
    }
    if (work.isDue) await work.turn();
  }
  return places.filter(isShown);
}

/** Files, directories and links: what can be transferred, or leads there. */
function isShown({ entry }: Place): boolean {
  return entry.type !== 'other';
}

/** What a client's words point to. A link to a directory is that directory; another is shown as itself. */
async function findPlace(session: Session, shown: string, follow: boolean): Promise<Place> {
  const { fs, cwd } = session;
  const own = await fs.resolve(joinPath(cwd, shown), { follow: false, allowMissing: false });
  if (!(await mayUser(session, 'l', own))) throw new FilesystemError(reason('notPermitted'));
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
    const path = await session.fs.resolve(joinPath(session.cwd, shown), { follow: true, allowMissing: false });
    const stats = await session.fs.stat(path);
    return stats.type === 'dir' ? { path, shown, entry: listEntry(session.fs, shown, stats) } : undefined;
  } catch (error) {
    if (isFileError(error)) return undefined;
    throw error;
  }
}

/** By time or by size where that was asked for, then by name. */
function compareBy(a: ListEntry, b: ListEntry, { t, S }: Pick<ListOptions, 't' | 'S'>): number {
  if (t && a.mtimeMs !== b.mtimeMs) return b.mtimeMs - a.mtimeMs;
  if (S && a.size !== b.size) return b.size - a.size;
  return compareNames(a.name, b.name);
}

class ListWriter {
  readonly #session: Session;
  readonly #options: ListOptions;
  readonly #summary: ListSummary;
  readonly #work: LongWork;
  readonly #dates: ListDates;

  constructor(session: Session, options: ListOptions, summary: ListSummary, work: LongWork) {
    this.#session = session;
    this.#options = options;
    this.#summary = summary;
    this.#work = work;
    this.#dates = new ListDates({ now: Date.now(), utc: session.settings.useGmtTimes });
  }

  /** How many entries may still be listed. */
  get left(): number {
    return Math.max(0, this.#session.settings.maxListed - this.#summary.entries);
  }

  /** Whether nothing more may be listed: then something is left out. */
  get isFull(): boolean {
    if (this.left > 0) return false;
    this.#summary.truncated = true;
    return true;
  }

  /** Files named one by one. */
  async *files(places: readonly Place[]): AsyncGenerator<string[]> {
    const entries = await this.#sorted(places.map(({ entry }) => entry).filter(({ name }) => isListable(name)));
    this.#summary.entries += entries.length;
    yield* this.#lines(entries, this.#session.cwd);
  }

  /** What is in a directory, and with `-R` in those below it. */
  async *directory(place: Place, shownAs: string, depth: number): AsyncGenerator<string[]> {
    const { fs, settings } = this.#session;
    if (!(await mayUser(this.#session, 'l', place.path))) return;
    const directory = await fs.openDirectory(place.path);
    // Without a way to tell directories from files, a recursive listing could not be read.
    const recursive = this.#options.R && (this.#options.l || this.#options.F);
    const below: string[] = [];
    const note = (entries: readonly ListEntry[]): void => {
      for (const { type, name } of recursive ? entries : [])
        if (type === 'dir' && name !== '.' && name !== '..') below.push(name);
    };
    try {
      if (directory.pages !== undefined && this.#isByName) yield* this.#paged(place, directory.pages(), note);
      else yield* this.#named(place, directory, note);
    } finally {
      await directory.close();
    }
    for (const name of await sorted(below, compareNames, this.#work)) {
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

  /** Whether lines come in the order of names, one for each. */
  get #isByName(): boolean {
    const { t, S, C, r } = this.#options;
    return !(t || S || C || r);
  }

  /** What is in a directory that comes in pages. @param note Hears of what is listed. */
  async *#paged(
    { path }: Place,
    pages: AsyncIterable<readonly NamedStats[]>,
    note: (entries: readonly ListEntry[]) => void,
  ): AsyncGenerator<string[]> {
    const wanted = { keep: (name: string) => this.#isWanted(name), dots: this.#options.a };
    const entries = entriesInPages(this.#session.fs, path, pages, wanted, this.#work);
    const cut = (): void => {
      this.#summary.truncated = true;
    };
    for await (const slice of atMost(entries, this.left, cut)) yield* this.#lines(this.#shown(slice, note), path);
  }

  /** What is in a directory whose names come at once. @param note Hears of what is listed. */
  async *#named(
    { path }: Place,
    directory: VirtualDirectory,
    note: (entries: readonly ListEntry[]) => void,
  ): AsyncGenerator<string[]> {
    let names = await this.#work.filter(await directory.names(), (name) => this.#isWanted(name));
    if (this.#options.a) names.push('.', '..');
    const { left } = this;
    const byStat = this.#options.t || this.#options.S;
    // Columns are as wide as the longest of all names.
    const atOnce = byStat || this.#options.C;
    if (!byStat) names = await sortedNames(names, this.#work);
    if (!byStat && this.#options.r) names.reverse();
    if (names.length > left) {
      names = names.slice(0, left);
      this.#summary.truncated = true;
    }
    const gathered: ListEntry[] = [];
    for await (const slice of entriesOf(this.#session.fs, path, directory, names, this.#work)) {
      const shown = this.#shown(slice, note);
      if (atOnce) gathered.push(...shown);
      else yield* this.#lines(shown, path);
    }
    if (atOnce) yield* this.#lines(await this.#sorted(gathered), path);
  }

  #isWanted(name: string): boolean {
    return isListable(name) && (this.#options.a || !name.startsWith('.'));
  }

  /** Counts what is shown of a slice. */
  #shown(slice: readonly ListEntry[], note: (entries: readonly ListEntry[]) => void): ListEntry[] {
    const shown = slice.filter(({ type }) => type !== 'other');
    this.#summary.entries += shown.length;
    note(shown);
    return shown;
  }

  async #sorted(entries: readonly ListEntry[]): Promise<ListEntry[]> {
    const inOrder = await sorted(entries, (a, b) => compareBy(a, b, this.#options), this.#work);
    return this.#options.r ? inOrder.toReversed() : inOrder;
  }

  async *#lines(entries: readonly ListEntry[], directory: string): AsyncGenerator<string[]> {
    const { l, C } = this.#options;
    const named = (entry: ListEntry): string => entry.name + this.#suffix(entry);
    if (l) yield* this.#inParts(entries, (entry) => this.#longLine(entry, directory));
    else if (C) yield* this.#inParts(columns(entries.map(named)), (line) => line);
    else yield* this.#inParts(entries, named);
  }

  async *#inParts<T>(items: Iterable<T>, toLine: (item: T) => Awaitable<string>): AsyncGenerator<string[]> {
    let part: string[] = [];
    for (const item of items) {
      const line = toLine(item);
      part.push(typeof line === 'string' ? line : await line);
      if (part.length % LINES_A_LOOK === 0 && this.#work.isDue) await this.#work.turn();
      if (part.length < LINES_A_PART) continue;
      yield part;
      part = [];
    }
    if (part.length > 0) yield part;
  }

  #longLine(entry: ListEntry, directory: string): Awaitable<string> {
    // Behind the target of a link stands what the target is.
    if (!this.#options.F || entry.type !== 'link') return formatListLine(entry, this.#dates, this.#suffix(entry));
    return this.#targetSuffix(entry, directory).then((suffix) => formatListLine(entry, this.#dates, suffix));
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
