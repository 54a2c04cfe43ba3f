import { setTimeout as delay } from 'node:timers/promises';

import { dirname, normalizePath } from '@pure-ftpd/protocol';
import {
  AbstractedFS,
  type Capabilities,
  directoryFromPages,
  EVERYTHING,
  fileFromStream,
  FilesystemError,
  type FileStats,
  type NamedStats,
  type ResolveOptions,
  StorageUnavailable,
  SystemError,
  type Upload,
  type UploadOptions,
  type VirtualDirectory,
  type VirtualFile,
} from '@pure-ftpd/server';

import { atOnce, copyObject } from './copy.ts';
import { isFinal } from './failures.ts';
import { decodeSegment, homePrefix, keyOf } from './keys.ts';
import { type ObjectHead, type Objects, type Page, pagesOf } from './objects.ts';
import { S3Upload } from './upload.ts';

/** When a file was changed, in seconds: as rclone and s3fs have it. */
const MTIME = 'mtime';
/** What other programs take for the marker of a directory. */
const MARKER = { contentType: 'application/x-directory' } as const;
const NOTHING = new Uint8Array(0);
/** Objects that are moved, removed or asked for at once. */
const AT_ONCE = 8;
/** How long a download waits for a store that has broken off, and how long between two questions, in milliseconds. */
const PATIENCE = 30_000;
const PAUSE = 500;
/** Names with a number that are tried. */
const MOST_NUMBERED = 10_000;

/**
 * What a session sees of a bucket: objects are files, and what is before a slash in their keys is a directory, which stays when its last
 * file goes (an empty object with a slash at its end marks it). An upload appears at its end, whole; a rename copies. Files are not
 * appended to and have no modes.
 *
 * @example
 * const store = new S3Store({ bucket: 'files', client: { endpoint: 'https://s3.example.com', region: 'eu-1' } });
 * class Handler extends FTPHandler {
 *   static override abstractedFs = class extends S3Filesystem {
 *     constructor(home: string) {
 *       super(home, store);
 *     }
 *   };
 * }
 * authorizer.addUser('user', 'secret', '/homes/user', { perm: 'elradfmwMT', virtualHome: true });
 */
export class S3Filesystem extends AbstractedFS {
  readonly #store: Objects;
  /** What every key of this file system begins with. */
  readonly #prefix: string;

  /** @param home The directory in the store that clients see as `/`; it need not be there. */
  constructor(home: string, store: Objects) {
    super(normalizePath(home), false);
    this.#store = store;
    this.#prefix = homePrefix(store.prefix, this.root);
  }

  override get capabilities(): Capabilities {
    return { ...EVERYTHING, append: false, chmod: false, space: false };
  }

  /** The path in the store. */
  override realPath(path: string): string {
    if (this.root === '/') return path;
    return path === '/' ? this.root : this.root + path;
  }

  /** Without links a path is what it says; what is there is for the operation to see, which saves a request. */
  override resolve(path: string, _options: ResolveOptions): string {
    return normalizePath(path);
  }

  override async chdir(path: string): Promise<void> {
    await this.#requireDirectory(path, 'chdir');
  }

  override async stat(path: string): Promise<FileStats> {
    if (path === '/') return DIRECTORY;
    const [object, isDirectory] = await Promise.all([
      this.#store.head(this.#key(path, 'stat')),
      this.#isDirectory(path, 'stat'),
    ]);
    if (object !== undefined) return statsOf(object);
    if (isDirectory) return DIRECTORY;
    throw new SystemError('ENOENT', 'stat', { path });
  }

  override lstat(path: string): Promise<FileStats> {
    return this.stat(path);
  }

  override async readlink(path: string): Promise<string> {
    throw new SystemError('EINVAL', 'readlink', { path });
  }

  override async openDirectory(path: string): Promise<VirtualDirectory> {
    const prefix = this.#directoryKey(path, 'opendir');
    const first = await this.#store.list(prefix, { delimiter: true });
    if (path !== '/' && isEmpty(first)) throw await this.#noDirectory(path, 'opendir');
    return directoryFromPages(() => this.#listed(prefix, pagesOf(this.#store, prefix, { delimiter: true }, first)));
  }

  override async open(path: string): Promise<VirtualFile> {
    const key = this.#key(path, 'open');
    const object = path === '/' ? undefined : await this.#store.head(key);
    if (object === undefined) {
      const isDirectory = await this.#isDirectory(path, 'open');
      throw new SystemError(isDirectory ? 'EISDIR' : 'ENOENT', 'open', { path });
    }
    const size = object.ContentLength ?? 0;
    return fileFromStream(size, (position) => this.#content(key, position, size, object.ETag));
  }

  override async createUpload(path: string, options: UploadOptions): Promise<Upload> {
    const key = this.#key(path, 'open');
    if ((options.offset ?? 0) > 0 || options.append === true)
      throw new FilesystemError('A file cannot be continued in this storage: send it from its start');
    if (path === '/' || (await this.#isDirectory(path, 'open'))) throw new SystemError('EISDIR', 'open', { path });
    await this.#requireDirectory(dirname(path), 'open');
    if (options.numbered === true) return this.#numbered(path);
    const isNew = options.exclusive === true;
    const check = async (): Promise<void> => {
      if (isNew && (await this.#store.head(key)) !== undefined) throw new SystemError('EEXIST', 'open', { path });
    };
    await check();
    return new S3Upload(this.#store, { key, isNew, check });
  }

  override async mkdir(path: string, _mode: number): Promise<void> {
    if (path === '/' || (await this.#exists(path, 'mkdir'))) throw new SystemError('EEXIST', 'mkdir', { path });
    await this.#requireDirectory(dirname(path), 'mkdir');
    await this.#mark(path);
  }

  override async rmdir(path: string): Promise<void> {
    if (path === '/') throw new SystemError('EBUSY', 'rmdir', { path });
    const key = this.#directoryKey(path, 'rmdir');
    // The marker is the first of all below it.
    const { objects } = await this.#store.list(key, { most: 2 });
    if (objects.length === 0) throw await this.#noDirectory(path, 'rmdir');
    if (objects.some((object) => object.Key !== key)) throw new SystemError('ENOTEMPTY', 'rmdir', { path });
    await this.#store.remove(key);
    await this.#keepDirectory(dirname(path));
  }

  override async remove(path: string): Promise<void> {
    const key = this.#key(path, 'unlink');
    if (path === '/' || (await this.#store.head(key)) === undefined) {
      const isDirectory = await this.#isDirectory(path, 'unlink');
      throw new SystemError(isDirectory ? 'EISDIR' : 'ENOENT', 'unlink', { path });
    }
    await this.#store.remove(key);
    await this.#keepDirectory(dirname(path));
  }

  override async rename(from: string, to: string): Promise<void> {
    const details = { path: from, dest: to };
    if (from === '/' || to === '/') throw new SystemError('EBUSY', 'rename', details);
    // A directory cannot be moved into itself.
    if (to.startsWith(`${from}/`)) throw new SystemError('EINVAL', 'rename', details);
    const [source, target] = [this.#key(from, 'rename'), this.#key(to, 'rename')];
    const object = await this.#store.head(source);
    if (object === undefined && !(await this.#isDirectory(from, 'rename')))
      throw new SystemError('ENOENT', 'rename', details);
    if (from === to) return;
    await this.#requireDirectory(dirname(to), 'rename');
    if (object === undefined) await this.#moveDirectory(from, to);
    else {
      if (await this.#isDirectory(to, 'rename')) throw new SystemError('EISDIR', 'rename', details);
      await copyObject(this.#store, source, target, object);
      await this.#store.remove(source);
    }
    await this.#keepDirectory(dirname(from));
  }

  override chmod(): never {
    throw new FilesystemError(UNSUPPORTED);
  }

  override async utime(path: string, mtimeMs: number): Promise<void> {
    const key = this.#key(path, 'utime');
    const object = path === '/' ? undefined : await this.#store.head(key);
    if (object === undefined) {
      if (await this.#isDirectory(path, 'utime')) throw new FilesystemError(UNSUPPORTED);
      throw new SystemError('ENOENT', 'utime', { path });
    }
    const metadata = { ...object.Metadata, [MTIME]: String(mtimeMs / 1000) };
    await copyObject(this.#store, key, key, object, metadata);
  }

  override statfs(): never {
    throw new FilesystemError(UNSUPPORTED);
  }

  /** The store is everybody's. */
  override close(): void {
    return;
  }

  #key(path: string, syscall: string): string {
    return keyOf(this.#prefix, path, syscall);
  }

  #directoryKey(path: string, syscall: string): string {
    return path === '/' ? this.#prefix : `${this.#key(path, syscall)}/`;
  }

  /** Whether anything is below a path; the root is there, whatever is in it. */
  async #isDirectory(path: string, syscall: string): Promise<boolean> {
    if (path === '/') return true;
    return !isEmpty(await this.#store.list(this.#directoryKey(path, syscall), { most: 1 }));
  }

  async #exists(path: string, syscall: string): Promise<boolean> {
    const [object, isDirectory] = await Promise.all([
      this.#store.head(this.#key(path, syscall)),
      this.#isDirectory(path, syscall),
    ]);
    return object !== undefined || isDirectory;
  }

  async #requireDirectory(path: string, syscall: string): Promise<void> {
    if (!(await this.#isDirectory(path, syscall))) throw await this.#noDirectory(path, syscall);
  }

  async #noDirectory(path: string, syscall: string): Promise<SystemError> {
    const isFile = (await this.#store.head(this.#key(path, syscall))) !== undefined;
    return new SystemError(isFile ? 'ENOTDIR' : 'ENOENT', syscall, { path });
  }

  async #mark(path: string): Promise<void> {
    await this.#store.put(this.#directoryKey(path, 'mkdir'), NOTHING, MARKER);
  }

  /** A directory stays when what was in it has gone. */
  async #keepDirectory(path: string): Promise<void> {
    if (!(await this.#isDirectory(path, 'mkdir'))) await this.#mark(path);
  }

  /** The content of an object from a position on; where the store breaks off, it is asked for the rest. */
  async *#content(key: string, start: number, size: number, etag: string | undefined): AsyncGenerator<Uint8Array> {
    let position = start;
    let lastHeard = performance.now();
    while (position < size) {
      try {
        for await (const piece of await this.#store.read(key, position, etag)) {
          position += piece.length;
          yield piece;
          lastHeard = performance.now();
        }
        return;
      } catch (error) {
        // What the store says is final: the object was replaced, or may not be read.
        if (isFinal(error)) throw error;
        if (performance.now() - lastHeard > PATIENCE) throw new StorageUnavailable({ cause: error });
        await delay(PAUSE);
      }
    }
  }

  /** What pages have, under the names of files. */
  async *#listed(prefix: string, pages: AsyncIterable<Page>): AsyncGenerator<NamedStats[]> {
    for await (const { objects, prefixes } of pages) {
      const entries: NamedStats[] = [];
      for (const key of prefixes) {
        const name = decodeSegment(key.slice(prefix.length, -1));
        if (name !== undefined) entries.push({ ...DIRECTORY, name });
      }
      for (const { Key, Size = 0, LastModified } of objects) {
        // The marker of the directory itself has no name.
        const name = decodeSegment(Key.slice(prefix.length));
        if (name !== undefined) entries.push({ ...file(Size, LastModified?.getTime() ?? 0), name });
      }
      entries.sort((a, b) => (a.name < b.name ? -1 : 1));
      yield this.#store.exactListings ? await this.#exact(prefix, entries) : entries;
    }
  }

  /** Entries with the times that were set. */
  async #exact(prefix: string, entries: readonly NamedStats[]): Promise<NamedStats[]> {
    const exact = [...entries];
    await atOnce(AT_ONCE, entries, async (entry, index) => {
      if (entry.type !== 'file') return;
      const object = await this.#store.head(keyOf(prefix, `/${entry.name}`, 'stat'));
      if (object !== undefined) exact[index] = { ...statsOf(object), name: entry.name };
    });
    return exact;
  }

  /** An upload under the first name that is free: `name`, `name.1`, `name.2` and so on. */
  async #numbered(path: string): Promise<Upload> {
    for (let number = 0; number < MOST_NUMBERED; number += 1) {
      const suffix = number === 0 ? '' : `.${number}`;
      const name = path + suffix;
      if (await this.#exists(name, 'open')) continue;
      const key = this.#key(name, 'open');
      const check = async (): Promise<void> => {
        if (await this.#exists(name, 'open')) throw new SystemError('EEXIST', 'open', { path: name });
      };
      return new S3Upload(this.#store, { key, isNew: true, check, ...(suffix === '' ? {} : { path: name }) });
    }
    throw new SystemError('EEXIST', 'open', { path });
  }

  /** Object by object: each is under the new name before it leaves the old one. */
  async #moveDirectory(from: string, to: string): Promise<void> {
    const details = { path: from, dest: to };
    const [source, target] = [this.#directoryKey(from, 'rename'), this.#directoryKey(to, 'rename')];
    if ((await this.#store.head(this.#key(to, 'rename'))) !== undefined)
      throw new SystemError('ENOTDIR', 'rename', details);
    const { objects } = await this.#store.list(target, { most: 2 });
    if (objects.some(({ Key }) => Key !== target)) throw new SystemError('ENOTEMPTY', 'rename', details);
    // Pages go on behind the last key of the one before, whether that is still there or not.
    for await (const page of pagesOf(this.#store, source)) {
      await atOnce(AT_ONCE, page.objects, async ({ Key }) => {
        const object = await this.#store.head(Key);
        if (object === undefined) return;
        await copyObject(this.#store, Key, target + Key.slice(source.length), object);
        await this.#store.remove(Key);
      });
    }
  }
}

const UNSUPPORTED = 'Operation not supported by this file system';

const COMMON = { nlink: 1, uid: 0, gid: 0, dev: 0, ino: 0 } as const;

/** S3 has no times of directories. */
const DIRECTORY: FileStats = { ...COMMON, type: 'dir', size: 0, mode: 0o755, mtimeMs: 0 };

function file(size: number, mtimeMs: number): FileStats {
  return { ...COMMON, type: 'file', size, mode: 0o644, mtimeMs };
}

function statsOf({ ContentLength = 0, LastModified, Metadata }: ObjectHead): FileStats {
  const seconds = Metadata?.[MTIME];
  const set = seconds === undefined || !/^\d{1,12}(?:\.\d+)?$/.test(seconds) ? undefined : Number(seconds) * 1000;
  return file(ContentLength, set ?? LastModified?.getTime() ?? 0);
}

function isEmpty({ objects, prefixes }: Page): boolean {
  return objects.length === 0 && prefixes.length === 0;
}
