import { SystemError } from '@pure-ftpd/posix';
import { basename, dirname, normalizePath } from '@pure-ftpd/protocol';

import type { ResolveOptions } from '../contract/file-system.ts';
import { AbstractedFS } from './abstracted-fs.ts';
import { freeNumber } from './numbered-name.ts';
import type { MemoryFile, MemoryNode, MemoryStore } from './memory-store.ts';
import type { FileStats, Upload, UploadOptions, VirtualDirectory, VirtualFile } from '../contract/virtual-file.ts';

/**
 * A file system in memory, whose every operation is a promise: an example of a file system of another kind, and useful for
 * tests and for what should never reach a disk. No links, no owners.
 *
 * @example
 * const store = new MemoryStore({ maxBytes: 16 * 1024 * 1024 });
 * class Handler extends FTPHandler {
 *   static override abstractedFs = class extends MemoryFilesystem {
 *     constructor(home: string) {
 *       super(home, store);
 *     }
 *   };
 * }
 * authorizer.addUser('user', 'secret', '/user', { perm: 'elradfmwMT', virtualHome: true });
 */
export class MemoryFilesystem extends AbstractedFS {
  readonly #store: MemoryStore;

  /**
   * @param home The directory in the store that clients see as `/`; made, with those above it, when it is not there.
   * @throws SystemError ENOTDIR when a file is in the way, ENOSPC.
   */
  constructor(home: string, store: MemoryStore) {
    super(normalizePath(home), false);
    this.#store = store;
    let directory = store.root;
    for (const name of this.root.split('/')) {
      if (name === '') continue;
      let next = directory.entries.get(name);
      if (next === undefined) {
        next = store.newDirectory(0o755);
        directory.entries.set(name, next);
      }
      if (next.type !== 'dir') throw new SystemError('ENOTDIR', 'chdir', { path: home });
      directory = next;
    }
  }

  /** The path in the store. */
  override realPath(path: string): string {
    if (this.root === '/') return path;
    return path === '/' ? this.root : this.root + path;
  }

  // Without links a path is what it says.
  override async resolve(path: string, options: ResolveOptions): Promise<string> {
    const canonical = normalizePath(path);
    if (options.allowMissing) this.#store.directory(this.realPath(dirname(canonical)), 'resolve');
    else this.#store.node(this.realPath(canonical), 'resolve');
    return canonical;
  }

  override async chdir(path: string): Promise<void> {
    this.#store.directory(this.realPath(path), 'chdir');
  }

  override async stat(path: string): Promise<FileStats> {
    return statsOf(this.#store.node(this.realPath(path), 'stat'));
  }

  override lstat(path: string): Promise<FileStats> {
    return this.stat(path);
  }

  override async readlink(path: string): Promise<string> {
    throw new SystemError('EINVAL', 'readlink', { path });
  }

  override async openDirectory(path: string): Promise<VirtualDirectory> {
    const { entries } = this.#store.directory(this.realPath(path), 'opendir');
    return {
      names: async () => [...entries.keys()],
      lstat: async (name) => {
        const node = entries.get(name);
        if (node === undefined) throw new SystemError('ENOENT', 'lstat', { path: name });
        return statsOf(node);
      },
      readlink: (name) => this.readlink(name),
      close: () => Promise.resolve(),
    };
  }

  override async open(path: string): Promise<VirtualFile> {
    return new OpenFile(this.#store, this.#store.file(this.realPath(path), 'open'));
  }

  override async createUpload(path: string, options: UploadOptions): Promise<Upload> {
    const store = this.#store;
    const real = this.realPath(path);
    const directory = store.directory(dirname(real), 'open');
    const name = basename(real);
    const existing = options.numbered === true ? undefined : directory.entries.get(name);
    if (existing?.type === 'dir') throw new SystemError('EISDIR', 'open', { path });
    if (existing !== undefined && options.exclusive === true) throw new SystemError('EEXIST', 'open', { path });

    if (existing !== undefined && (options.append === true || (options.offset ?? 0) > 0)) {
      const offset = options.append === true ? existing.size : Math.min(options.offset ?? 0, existing.size);
      store.resize(existing, offset);
      return inPlace(store, existing, offset, options.append === true);
    }
    if (!options.atomic && existing !== undefined) {
      store.resize(existing, 0);
      return inPlace(store, existing, 0, false);
    }
    const file = store.newFile(existing?.mode ?? options.mode);
    const put = (): string | undefined => {
      // It may have been removed, or another have come, while the bytes did.
      const target = store.directory(dirname(real), 'rename');
      if (options.numbered === true && target.entries.has(name)) {
        const suffix = `.${freeNumber((number) => target.entries.has(`${name}.${number}`))}`;
        target.entries.set(name + suffix, file);
        target.mtimeMs = Date.now();
        return path + suffix;
      }
      const replaced = target.entries.get(name);
      if (replaced?.type === 'dir') throw new SystemError('EISDIR', 'rename', { path });
      if (replaced !== undefined && options.exclusive === true) throw new SystemError('EEXIST', 'rename', { path });
      target.entries.set(name, file);
      target.mtimeMs = Date.now();
      if (replaced !== undefined) store.release(replaced);
      return undefined;
    };
    const isPlacedAtEnd = options.atomic || options.numbered === true;
    if (!isPlacedAtEnd) put();
    return {
      file: new OpenFile(store, file),
      offset: 0,
      keepsPart: !isPlacedAtEnd,
      inPlace: !isPlacedAtEnd,
      async commit() {
        if (!isPlacedAtEnd) return undefined;
        try {
          return put();
        } catch (error) {
          store.release(file);
          throw error;
        }
      },
      async discard() {
        if (isPlacedAtEnd) store.release(file);
      },
    };
  }

  override async mkdir(path: string, mode: number): Promise<void> {
    const real = this.realPath(path);
    const parent = this.#store.directory(dirname(real), 'mkdir');
    if (real === '/' || parent.entries.has(basename(real))) throw new SystemError('EEXIST', 'mkdir', { path });
    parent.entries.set(basename(real), this.#store.newDirectory(mode));
    parent.mtimeMs = Date.now();
  }

  override async rmdir(path: string): Promise<void> {
    const directory = this.#store.directory(this.realPath(path), 'rmdir');
    if (path === '/') throw new SystemError('EBUSY', 'rmdir', { path });
    if (directory.entries.size > 0) throw new SystemError('ENOTEMPTY', 'rmdir', { path });
    this.#detach(path, directory);
  }

  override async remove(path: string): Promise<void> {
    this.#detach(path, this.#store.file(this.realPath(path), 'unlink'));
  }

  override async rename(from: string, to: string): Promise<void> {
    const details = { path: from, dest: to };
    if (from === '/' || to === '/') throw new SystemError('EBUSY', 'rename', details);
    // A directory cannot be moved into itself: no path would lead to it any more.
    if (to.startsWith(`${from}/`)) throw new SystemError('EINVAL', 'rename', details);
    const node = this.#store.node(this.realPath(from), 'rename');
    const target = this.#store.directory(dirname(this.realPath(to)), 'rename');
    const replaced = target.entries.get(basename(to));
    if (replaced === node) return;
    if (replaced?.type === 'dir') {
      if (node.type !== 'dir') throw new SystemError('EISDIR', 'rename', details);
      if (replaced.entries.size > 0) throw new SystemError('ENOTEMPTY', 'rename', details);
    } else if (replaced !== undefined && node.type === 'dir') throw new SystemError('ENOTDIR', 'rename', details);
    this.#store.directory(dirname(this.realPath(from)), 'rename').entries.delete(basename(from));
    target.entries.set(basename(to), node);
    target.mtimeMs = Date.now();
    if (replaced !== undefined) this.#store.release(replaced);
  }

  override async chmod(path: string, mode: number): Promise<void> {
    this.#store.node(this.realPath(path), 'chmod').mode = mode & 0o7777;
  }

  override async utime(path: string, mtimeMs: number): Promise<void> {
    this.#store.node(this.realPath(path), 'utime').mtimeMs = mtimeMs;
  }

  override async statfs(_path: string): Promise<{ readonly free: number; readonly total: number }> {
    return { free: this.#store.maxBytes - this.#store.bytes, total: this.#store.maxBytes };
  }

  #detach(path: string, node: MemoryNode): void {
    const parent = this.#store.directory(dirname(this.realPath(path)), 'unlink');
    parent.entries.delete(basename(path));
    parent.mtimeMs = Date.now();
    this.#store.release(node);
  }
}

/**
 * An upload that writes where the file is.
 * @param restores What has come is taken back when the rest does not; otherwise it stays.
 */
function inPlace(store: MemoryStore, file: MemoryFile, offset: number, restores: boolean): Upload {
  const opened = new OpenFile(store, file);
  return {
    file: opened,
    offset,
    keepsPart: !restores,
    inPlace: true,
    commit: () => opened.close(),
    async discard() {
      // Unless somebody else has written behind it.
      if (restores && !file.removed && file.size > offset && file.size <= opened.end) store.resize(file, offset);
      await opened.close();
    },
  };
}

/** A file being read or written. It stays whole for who has it open, but a file that is removed becomes empty. */
class OpenFile implements VirtualFile {
  readonly size: number;
  readonly #store: MemoryStore;
  readonly #file: MemoryFile;
  /** Behind the last byte that was written. */
  end = 0;

  constructor(store: MemoryStore, file: MemoryFile) {
    this.#store = store;
    this.#file = file;
    this.size = file.size;
  }

  async read(buffer: Uint8Array, position: number): Promise<number> {
    const { content, size } = this.#file;
    const end = Math.min(size, position + buffer.length);
    if (end <= position) return 0;
    buffer.set(content.subarray(position, end));
    return end - position;
  }

  async write(chunks: readonly Uint8Array[], position: number): Promise<void> {
    let at = position;
    for (const chunk of chunks) {
      this.#store.write(this.#file, chunk, at);
      at += chunk.length;
      this.end = Math.max(this.end, at);
    }
  }

  async truncate(size: number): Promise<void> {
    this.#store.resize(this.#file, size);
  }

  async close(): Promise<void> {
    return Promise.resolve();
  }
}

function statsOf(node: MemoryNode): FileStats {
  return {
    type: node.type,
    size: node.type === 'file' ? node.size : 0,
    mode: node.mode,
    nlink: 1,
    uid: 0,
    gid: 0,
    mtimeMs: node.mtimeMs,
    dev: 0,
    ino: node.ino,
  };
}
