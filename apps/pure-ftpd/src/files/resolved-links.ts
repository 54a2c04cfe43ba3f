import { joinPath } from '@pure-ftpd/protocol';
import type { Awaitable, FileStats, VirtualDirectory } from '@pure-ftpd/server';
import { isSystemError } from '@pure-ftpd/server/internal';

import { UserFileSystemLayer } from './layer.ts';
import type { UserFileSystem } from './user-file-system.ts';

/** Shows links in directories as what they lead to, where that is inside. */
export function resolvedLinks(inner: UserFileSystem): UserFileSystem {
  return new ResolvedLinks(inner);
}

class ResolvedLinks extends UserFileSystemLayer {
  override async openDirectory(path: string): Promise<VirtualDirectory> {
    return new ResolvedDirectory(this.inner, path, await this.inner.openDirectory(path));
  }
}

/** A directory in which links that lead somewhere are what they lead to. */
class ResolvedDirectory implements VirtualDirectory {
  readonly #fs: UserFileSystem;
  readonly #path: string;
  readonly #directory: VirtualDirectory;

  constructor(fs: UserFileSystem, path: string, directory: VirtualDirectory) {
    this.#fs = fs;
    this.#path = path;
    this.#directory = directory;
  }

  names(): Awaitable<string[]> {
    return this.#directory.names();
  }

  async lstat(name: string): Promise<FileStats> {
    const stats = await this.#directory.lstat(name);
    if (stats.type !== 'link') return stats;
    try {
      return await this.#fs.stat(joinPath(this.#path, name));
    } catch (error) {
      // A link that leads nowhere, or out of the home, stays a link.
      if (isSystemError(error)) return stats;
      throw error;
    }
  }

  readlink(name: string): Awaitable<string> {
    return this.#directory.readlink(name);
  }

  close(): Awaitable<void> {
    return this.#directory.close();
  }
}
