import { SystemError } from '@pure-ftpd/posix';

/** What a {@link MemoryStore} holds at most. */
export interface MemoryLimits {
  /** Bytes of all files together, unfinished uploads included. Default 64 MiB. */
  readonly maxBytes?: number;
  /** Files and directories. Default 10,000. */
  readonly maxEntries?: number;
}

/** A file. Its content may be longer than the file: what is beyond is room to grow. */
export interface MemoryFile {
  readonly type: 'file';
  readonly ino: number;
  content: Buffer;
  size: number;
  mode: number;
  mtimeMs: number;
  /** No path leads to it any more. */
  removed: boolean;
}

export interface MemoryDirectory {
  readonly type: 'dir';
  readonly ino: number;
  readonly entries: Map<string, MemoryNode>;
  mode: number;
  mtimeMs: number;
}

export type MemoryNode = MemoryFile | MemoryDirectory;

const SMALLEST_CONTENT = 4096;

/** Files and directories in memory, shared by all sessions whose file systems stand on it; gone with the process. */
export class MemoryStore {
  readonly maxBytes: number;
  readonly maxEntries: number;
  readonly root: MemoryDirectory;
  #bytes = 0;
  #entries = 0;
  #nextIno = 1;

  /** @throws RangeError for a limit that is not above 0. */
  constructor(limits: MemoryLimits = {}) {
    this.maxBytes = limits.maxBytes ?? 64 * 1024 * 1024;
    this.maxEntries = limits.maxEntries ?? 10_000;
    if (!(this.maxBytes > 0) || !(this.maxEntries > 0)) throw new RangeError('a limit must be above 0');
    this.root = this.newDirectory(0o755);
  }

  /** Bytes all files take. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * What is at a path: absolute, without `.` and `..`.
   * @throws SystemError ENOENT, or ENOTDIR when a file is on the way.
   */
  node(path: string, syscall: string): MemoryNode {
    let node: MemoryNode = this.root;
    for (const name of path.split('/')) {
      if (name === '') continue;
      if (node.type !== 'dir') throw new SystemError('ENOTDIR', syscall, { path });
      const next = node.entries.get(name);
      if (next === undefined) throw new SystemError('ENOENT', syscall, { path });
      node = next;
    }
    return node;
  }

  /** As {@link node}, for directories only. */
  directory(path: string, syscall: string): MemoryDirectory {
    const node = this.node(path, syscall);
    if (node.type !== 'dir') throw new SystemError('ENOTDIR', syscall, { path });
    return node;
  }

  /** As {@link node}, for files only. */
  file(path: string, syscall: string): MemoryFile {
    const node = this.node(path, syscall);
    if (node.type !== 'file') throw new SystemError('EISDIR', syscall, { path });
    return node;
  }

  /** @throws SystemError ENOSPC when there are too many entries. */
  newDirectory(mode: number): MemoryDirectory {
    return { type: 'dir', ino: this.#newEntry('mkdir'), entries: new Map(), mode, mtimeMs: Date.now() };
  }

  /** @throws SystemError ENOSPC when there are too many entries. */
  newFile(mode: number): MemoryFile {
    const content = Buffer.alloc(0);
    return { type: 'file', ino: this.#newEntry('open'), content, size: 0, mode, mtimeMs: Date.now(), removed: false };
  }

  /** Writes into a file, which grows as needed; a gap is filled with zeros. @throws SystemError as {@link resize}. */
  write(file: MemoryFile, bytes: Uint8Array, position: number): void {
    const end = position + bytes.length;
    if (end > file.size) this.resize(file, end);
    file.content.set(bytes, position);
    file.mtimeMs = Date.now();
  }

  /** Makes a file this long. @throws SystemError ENOSPC, or ESTALE when the file has been removed. */
  resize(file: MemoryFile, size: number): void {
    if (file.removed) throw new SystemError('ESTALE', 'write');
    if (this.#bytes + size - file.size > this.maxBytes) throw new SystemError('ENOSPC', 'write');
    if (size > file.content.length) {
      const grown = Buffer.alloc(Math.max(size, file.content.length * 2, SMALLEST_CONTENT));
      file.content.copy(grown, 0, 0, file.size);
      file.content = grown;
    }
    // What is cut off must not be seen again when the file grows.
    if (size < file.size) file.content.fill(0, size, file.size);
    this.#bytes += size - file.size;
    file.size = size;
  }

  /** Gives back what a node, and everything in it, took. Called when no path leads to it any more. */
  release(node: MemoryNode): void {
    this.#entries -= 1;
    if (node.type === 'file') {
      this.resize(node, 0);
      node.content = Buffer.alloc(0);
      node.removed = true;
    } else for (const child of node.entries.values()) this.release(child);
  }

  #newEntry(syscall: string): number {
    if (this.#entries >= this.maxEntries) throw new SystemError('ENOSPC', syscall);
    this.#entries += 1;
    this.#nextIno += 1;
    return this.#nextIno;
  }
}
