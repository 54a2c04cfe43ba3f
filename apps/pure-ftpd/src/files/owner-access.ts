import type { Awaitable } from '@pure-ftpd/server';

import { UserFileSystemLayer } from './layer.ts';
import type { UserFileSystem } from './user-file-system.ts';

/**
 * Nobody is locked out of the root from afar.
 * @param always Whoever changes a mode keeps the owner's access to anything (`-Z`).
 */
export function ownerAccess(inner: UserFileSystem, always: boolean): UserFileSystem {
  return new OwnerAccess(inner, always);
}

class OwnerAccess extends UserFileSystemLayer {
  readonly #always: boolean;

  constructor(inner: UserFileSystem, always: boolean) {
    super(inner);
    this.#always = always;
  }

  override chmod(path: string, mode: number): Awaitable<void> {
    if (path === '/') return this.inner.chmod(path, mode | 0o700);
    return this.#always ? this.#keepAccess(path, mode) : this.inner.chmod(path, mode);
  }

  async #keepAccess(path: string, mode: number): Promise<void> {
    const { type } = await this.inner.stat(path);
    await this.inner.chmod(path, mode | (type === 'dir' ? 0o700 : 0o600));
  }
}
