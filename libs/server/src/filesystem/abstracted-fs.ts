import { Jail, type JailOptions } from '@pure-ftpd/jail';

import { type Capabilities, EVERYTHING, type FileSystem, type ResolveOptions } from '../contract/file-system.ts';
import type { Session } from '../contract/session.ts';
import { FilesystemError } from '../errors.ts';
import { actingJail, type RunAs } from './acting-jail.ts';
import { LocalFile } from './local-file.ts';
import { createLocalUpload } from './local-upload.ts';
import { TemporaryNames } from './temporary-names.ts';
import type {
  Awaitable,
  FileStats,
  Upload,
  UploadOptions,
  VirtualDirectory,
  VirtualFile,
} from '../contract/virtual-file.ts';
import { reason } from '../replies/reasons.ts';

const PREFIX = '.ftp-upload.';

/**
 * What a session sees of files: the base for file systems of any kind. As it is, it serves a directory of this machine
 * that no path and no link leads out of.
 *
 * Paths are virtual: absolute, `/` is the user's home. {@link resolve} alone takes what a client wrote; every other
 * operation takes what `resolve` answered, so that what was checked is what is done.
 */
export class AbstractedFS implements FileSystem {
  /** The directory on the server that clients see as `/`. */
  readonly root: string;
  /** Where the client begins, a virtual path. */
  home = '/';
  /** Whose files these are: there as soon as the session has made the file system. */
  session: Session | undefined;
  /** How unfinished uploads are named. */
  protected temporaryNames = new TemporaryNames({ prefix: PREFIX });
  readonly #jail: Jail | undefined;
  #acting: Jail | undefined;

  /**
   * @param root A directory of this machine, or anything a subclass understands.
   * @param jailed Subclasses that serve something else than local files pass `false`, and override every operation; others may
   *   say how the directory is opened.
   * @throws NodeJS.ErrnoException when the directory cannot be entered.
   */
  constructor(root: string, jailed: boolean | JailOptions = true) {
    this.root = root;
    if (jailed !== false) this.#jail = Jail.open(root, jailed === true ? {} : jailed);
  }

  /** What works here: everything, unless a subclass says otherwise. */
  get capabilities(): Capabilities {
    return EVERYTHING;
  }

  /**
   * The one virtual path a client's words stand for: absolute, without `.`, `..` and links.
   * @param path The words, behind the current directory unless they are absolute.
   */
  resolve(path: string, options: ResolveOptions): Awaitable<string> {
    return this.jail.resolve(path, options);
  }

  /** The path on the server, for logs and hooks. */
  realPath(path: string): string {
    if (this.#jail === undefined) return path;
    return this.#jail.realPath(path);
  }

  /**
   * Has every operation on local files done by a function, which may be somebody else meanwhile. Called by the session,
   * where its authorizer impersonates users.
   */
  actAs(run: RunAs): void {
    if (this.#jail !== undefined) this.#acting = actingJail(this.#jail, run);
  }

  /** Throws unless a directory may be entered. The current directory is the session's. */
  chdir(path: string): Awaitable<void> {
    const directory = this.jail.openDirectory(path);
    try {
      // A directory may be there and not be ours to enter.
      directory.checkEnterable();
    } finally {
      directory.close();
    }
  }

  stat(path: string): Awaitable<FileStats> {
    return this.jail.stat(path);
  }

  lstat(path: string): Awaitable<FileStats> {
    return this.jail.lstat(path);
  }

  readlink(path: string): Awaitable<string> {
    return this.jail.readlink(path);
  }

  openDirectory(path: string): Awaitable<VirtualDirectory> {
    return this.jail.openDirectory(path);
  }

  /** Opens a regular file for reading. */
  open(path: string): Awaitable<VirtualFile> {
    const { fd, size } = this.jail.openFile(path, 'read');
    return new LocalFile(fd, size);
  }

  /** Begins an upload. */
  createUpload(path: string, options: UploadOptions): Awaitable<Upload> {
    return createLocalUpload(this.jail, path, options, this.temporaryNames);
  }

  mkdir(path: string, mode: number): Awaitable<void> {
    this.jail.mkdir(path, mode);
  }

  rmdir(path: string): Awaitable<void> {
    this.jail.rmdir(path);
  }

  /** Removes a file or a link. */
  remove(path: string): Awaitable<void> {
    this.jail.unlink(path);
  }

  rename(from: string, to: string): Awaitable<void> {
    this.jail.rename(from, to);
  }

  chmod(path: string, mode: number): Awaitable<void> {
    this.jail.chmod(path, mode);
  }

  utime(path: string, mtimeMs: number): Awaitable<void> {
    this.jail.utimes(path, mtimeMs, mtimeMs);
  }

  /** Free and total space, in bytes, of the file system a path is on, for unprivileged users. */
  statfs(path: string): Awaitable<{ readonly free: number; readonly total: number }> {
    return this.jail.statfs(path);
  }

  /** Name of a user id, for listings; undefined shows the number. */
  userName(_uid: number): string | undefined {
    return undefined;
  }

  /** Name of a group id, for listings; undefined shows the number. */
  groupName(_gid: number): string | undefined {
    return undefined;
  }

  /** Gives back what the file system holds. Called once, at the end of a session. */
  close(): Awaitable<void> {
    this.temporaryNames.close();
    this.#jail?.close();
  }

  /** The jail of a local file system. */
  protected get jail(): Jail {
    if (this.#jail === undefined) throw new FilesystemError(reason('unsupported'));
    return this.#acting ?? this.#jail;
  }
}
