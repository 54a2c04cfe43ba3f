// Names on a disk in another charset than UTF-8: the one place where they are converted [charsets §3.2].
import { SystemError } from '@pure-ftpd/posix';
import type { NameConversion } from '@pure-ftpd/protocol';

import type { FileSystem, ResolveOptions } from '../contract/file-system.ts';
import type { Awaitable, FileStats, NamedStats, Upload, VirtualDirectory } from '../contract/virtual-file.ts';
import { NameUnwritable } from '../errors.ts';

/** Members that answer with a path or a name. */
const NAMING = new Set<string | symbol>(['readlink', 'ruledPath']);

/**
 * A file system whose names are converted, whatever members it has besides those of its contract: every text that it is given is a path
 * of the session's, so that none can be forgotten. What is inside, jail and quota, sees names as they are on the disk; where a
 * file is on the server ({@link FileSystem.realPath}) is told as it is there, too.
 */
export function convertedNames<Inner extends FileSystem>(inner: Inner, names: NameConversion): Inner {
  return new Proxy(inner, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if ((name === 'home' || name === 'ruledHome') && typeof member === 'string') return names.fromDisk(member);
      if (typeof member !== 'function') return member;
      if (name === 'resolve') {
        return (path: string, options: ResolveOptions): Awaitable<string> =>
          after(target.resolve(diskPath(names, path, options), options), (found) => names.fromDisk(found));
      }
      return (...args: unknown[]): unknown => {
        const given = args.map((arg) => (typeof arg === 'string' ? written(names, arg) : arg));
        const result: unknown = Reflect.apply(member, target, given);
        return after(result, (value) => converted(names, name, value));
      };
    },
  });
}

/** What the members of a file system answer with. */
function converted(names: NameConversion, member: string | symbol, value: unknown): unknown {
  if (typeof value === 'string') return NAMING.has(member) ? names.fromDisk(value) : value;
  if (member === 'openDirectory' && isDirectory(value)) return new ConvertedDirectory(value, names);
  if (member === 'createUpload' && isUpload(value)) return convertedUpload(value, names);
  return value;
}

/** The path to what a client names, which is not there when it cannot be. */
function diskPath(names: NameConversion, path: string, { allowMissing }: ResolveOptions): string {
  if (allowMissing) return written(names, path);
  const found = names.toDisk(path);
  if (found === undefined) throw new SystemError('ENOENT', 'resolve', { path });
  return found;
}

/** @throws {NameUnwritable} */
function written(names: NameConversion, path: string): string {
  const found = names.toDisk(path);
  if (found === undefined) throw new NameUnwritable();
  return found;
}

/** A promise only where it was one: listings of what answers at once are not to wait. */
function after<Value, Result>(value: Awaitable<Value>, then: (value: Value) => Result): Awaitable<Result> {
  return value instanceof Promise ? value.then(then) : then(value);
}

function isDirectory(value: unknown): value is VirtualDirectory {
  return typeof value === 'object' && value !== null && 'names' in value && 'lstat' in value;
}

function isUpload(value: unknown): value is Upload {
  return typeof value === 'object' && value !== null && 'commit' in value && 'discard' in value;
}

/** The name that an upload has got is the session's to be told. */
function convertedUpload(upload: Upload, names: NameConversion): Upload {
  return {
    file: upload.file,
    offset: upload.offset,
    ...(upload.keepsPart === undefined ? {} : { keepsPart: upload.keepsPart }),
    ...(upload.inPlace === undefined ? {} : { inPlace: upload.inPlace }),
    commit: () => after(upload.commit(), (path) => (typeof path === 'string' ? names.fromDisk(path) : undefined)),
    discard: () => upload.discard(),
  };
}

async function* convertedPages(
  directory: VirtualDirectory,
  names: NameConversion,
): AsyncGenerator<readonly NamedStats[]> {
  for await (const page of directory.pages?.() ?? [])
    yield page.map((entry) => ({ ...entry, name: names.fromDisk(entry.name) }));
}

class ConvertedDirectory implements VirtualDirectory {
  readonly #inner: VirtualDirectory;
  readonly #names: NameConversion;
  readonly lstatAll?: (names: readonly string[]) => (FileStats | undefined)[];
  readonly pages?: () => AsyncIterable<readonly NamedStats[]>;

  constructor(inner: VirtualDirectory, names: NameConversion) {
    this.#inner = inner;
    this.#names = names;
    if (inner.lstatAll !== undefined)
      this.lstatAll = (some) => inner.lstatAll?.(some.map((name) => written(names, name))) ?? [];
    if (inner.pages !== undefined) this.pages = () => convertedPages(inner, names);
  }

  names(): Awaitable<string[]> {
    return after(this.#inner.names(), (found) => found.map((name) => this.#names.fromDisk(name)));
  }

  lstat(name: string): Awaitable<FileStats> {
    return this.#inner.lstat(written(this.#names, name));
  }

  readlink(name: string): Awaitable<string> {
    return after(this.#inner.readlink(written(this.#names, name)), (target) => this.#names.fromDisk(target));
  }

  close(): Awaitable<void> {
    return this.#inner.close();
  }
}
