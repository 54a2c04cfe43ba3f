import { joinPath } from '@pure-ftpd/protocol';
import { AbstractedFS, type FileStats, type ResolveOptions, type UploadOptions } from '@pure-ftpd/server';
import { createLocalUpload, type LocalUpload, type TemporaryFiles, TemporaryNames } from '@pure-ftpd/server/internal';

import type { UserFileSystem } from './user-file-system.ts';

/** What the files of a session are told about the session. */
export interface LocalOptions {
  readonly temporary: TemporaryFiles;
  /** The account's own group, which listings show by name [server-protocol §9.2]. */
  readonly group: { readonly gid: number; readonly name: string | undefined };
  /** Where links may lead outside of the root; undefined where none may. */
  readonly linkRoots: readonly string[] | undefined;
}

/** Files of this machine: a jail, or everything. What it does it has done when it returns. */
export class LocalFileSystem extends AbstractedFS implements UserFileSystem {
  ruledHome = '/';
  readonly quota = undefined;
  readonly #options: LocalOptions;

  /** @throws NodeJS.ErrnoException when the root cannot be entered. */
  constructor(root: string, options: LocalOptions) {
    super(root, { linkRoots: options.linkRoots });
    this.#options = options;
    this.temporaryNames = new TemporaryNames(options.temporary);
  }

  /** Begins in a directory. @throws NodeJS.ErrnoException when it cannot be entered. */
  begin(directory: string): void {
    const home = this.resolve(joinPath('/', directory), { follow: true, allowMissing: false });
    // The root was entered when it was opened.
    if (home !== '/') void this.chdir(home);
    this.home = home;
    this.ruledHome = this.ruledPath(home, true);
  }

  /** A descriptor of the root, which stays this file system's; undefined where roots are not held by descriptors. */
  get rootDescriptor(): number | undefined {
    return this.jail.rootDescriptor;
  }

  override resolve(path: string, options: ResolveOptions): string {
    return this.jail.resolve(path, options);
  }

  override stat(path: string): FileStats {
    return this.jail.stat(path);
  }

  override lstat(path: string): FileStats {
    return this.jail.lstat(path);
  }

  override createUpload(path: string, options: UploadOptions): LocalUpload {
    return createLocalUpload(this.jail, path, options, this.temporaryNames);
  }

  override mkdir(path: string, mode: number): void {
    this.jail.mkdir(path, mode);
  }

  override rmdir(path: string): void {
    this.jail.rmdir(path);
  }

  override remove(path: string): void {
    this.jail.unlink(path);
  }

  override rename(from: string, to: string): void {
    this.jail.rename(from, to);
  }

  /** Makes a file this long, in bytes. */
  truncate(path: string, size: number): void {
    this.jail.truncate(path, size);
  }

  has(path: string): boolean {
    return this.jail.lstatIfPresent(path) !== undefined;
  }

  ruledPath(path: string, follow: boolean): string {
    return this.jail.pathInRoot(path, { follow });
  }

  override groupName(gid: number): string | undefined {
    const { group } = this.#options;
    return gid === group.gid ? group.name : undefined;
  }
}
