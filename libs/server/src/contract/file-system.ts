import type { Awaitable, FileStats, Upload, UploadOptions, VirtualDirectory, VirtualFile } from './virtual-file.ts';

/** How a client's path is resolved. */
export interface ResolveOptions {
  /** Whether a link in the last place is followed. */
  readonly follow: boolean;
  /** Whether the last component may be absent. */
  readonly allowMissing: boolean;
}

/** What a file system can do. Commands for what it cannot are refused with 502 or 504 before anything is begun, and not in FEAT. */
export interface Capabilities {
  /** Transfers may begin in the middle of a file (REST). */
  readonly restart: boolean;
  /** Files may be made longer (APPE). */
  readonly append: boolean;
  /** Nodes have permission bits that can be changed (SITE CHMOD, MFF UNIX.mode). */
  readonly chmod: boolean;
  /** The time of the last change can be set (MFMT, MFF modify, SITE UTIME). */
  readonly utime: boolean;
  /** How much room is left can be told (AVBL). */
  readonly space: boolean;
  /** A file may be replaced in one step at the end of an upload; otherwise uploads are asked for without. */
  readonly atomic: boolean;
}

/** Of a file system that can do everything. */
export const EVERYTHING: Capabilities = {
  restart: true,
  append: true,
  chmod: true,
  utime: true,
  space: true,
  atomic: true,
};

/**
 * The files of a user, as a session has them. Who wraps one gives it to somebody with something changed: a quota, other modes.
 *
 * Paths are virtual: absolute, `/` is the root. {@link resolve} alone takes what a client wrote, made absolute by the
 * session's current directory; every other operation takes what `resolve` answered, so that what was checked is what is done.
 *
 * Operations throw what the kernel would say (`NodeJS.ErrnoException`), or FilesystemError with words of their own.
 */
export interface FileSystem {
  /** The directory on the server that clients see as `/`; whatever it is where that is none. */
  readonly root: string;
  /** Where the user begins: a path that `resolve` has answered. */
  readonly home: string;
  readonly capabilities: Capabilities;

  /** The one path a client's words stand for: absolute, without `.`, `..` and links. @param path Absolute. */
  resolve(path: string, options: ResolveOptions): Awaitable<string>;
  /** The path on the server, for logs and hooks. */
  realPath(path: string): string;
  /** Throws unless a directory may be entered; the session's current directory is the session's. */
  chdir(path: string): Awaitable<void>;
  stat(path: string): Awaitable<FileStats>;
  lstat(path: string): Awaitable<FileStats>;
  readlink(path: string): Awaitable<string>;
  openDirectory(path: string): Awaitable<VirtualDirectory>;
  /** Opens a regular file for reading. */
  open(path: string): Awaitable<VirtualFile>;
  /** Begins an upload. */
  createUpload(path: string, options: UploadOptions): Awaitable<Upload>;
  mkdir(path: string, mode: number): Awaitable<void>;
  rmdir(path: string): Awaitable<void>;
  /** Removes a file or a link. */
  remove(path: string): Awaitable<void>;
  rename(from: string, to: string): Awaitable<void>;
  chmod(path: string, mode: number): Awaitable<void>;
  utime(path: string, mtimeMs: number): Awaitable<void>;
  /** Free and total space, in bytes, of the file system a path is on, for unprivileged users. */
  statfs(path: string): Awaitable<{ readonly free: number; readonly total: number }>;
  /** Name of a user id, for listings; undefined shows the number. */
  userName(uid: number): string | undefined;
  /** Name of a group id, for listings; undefined shows the number. */
  groupName(gid: number): string | undefined;
  /** Gives back what the file system holds. Called once, at the end of a session. */
  close(): Awaitable<void>;
}
