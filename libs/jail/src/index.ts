// The public door. Declarations first, so that dependents can be written at the same time; each is replaced by its module.

/** What is known of a node of the file system. */
export interface FileStats {
  readonly type: 'file' | 'dir' | 'link' | 'other';
  /** In bytes. */
  readonly size: number;
  /** Permission bits (07777). */
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  /** Milliseconds since 1970. */
  readonly mtimeMs: number;
  readonly dev: number;
  readonly ino: number;
}

/** An open file. The descriptor belongs to the caller, who closes it. */
export interface OpenedFile {
  readonly fd: number;
  /** In bytes, when it was opened. */
  readonly size: number;
}

/** `read`, `write` and `read-write` open what exists; `create` writes what exists or makes it; `create-new` makes it. Nothing truncates. */
export type FileAccess = 'read' | 'write' | 'read-write' | 'create' | 'create-new';

/** How paths are kept inside: best first. */
export type JailStrategy = 'openat2' | 'walk' | 'portable';

export interface JailOptions {
  readonly strategy?: JailStrategy;
}

export interface ResolveOptions {
  readonly follow?: boolean;
  readonly allowMissing?: boolean;
}

export declare class JailDirectory {
  names(): Promise<string[]>;
  lstat(name: string): FileStats;
  stat(name: string): FileStats;
  readlink(name: string): string;
  close(): void;
}

export declare class Jail {
  static open(root: string, options?: JailOptions): Jail;
  readonly root: string;
  readonly strategy: JailStrategy;
  resolve(path: string, options?: ResolveOptions): string;
  lstat(path: string): FileStats;
  stat(path: string): FileStats;
  readlink(path: string): string;
  readdir(path: string): Promise<string[]>;
  openDirectory(path: string): JailDirectory;
  openFile(path: string, access: FileAccess, mode?: number): OpenedFile;
  mkdir(path: string, mode?: number): void;
  rmdir(path: string): void;
  unlink(path: string): void;
  rename(from: string, to: string): void;
  /** Fails with EEXIST when `to` exists. Not atomic where the kernel cannot (see README). */
  renameNoReplace(from: string, to: string): void;
  link(from: string, to: string): void;
  chmod(path: string, mode: number): void;
  chown(path: string, uid: number, gid: number): void;
  utimes(path: string, atimeMs: number, mtimeMs: number): void;
  truncate(path: string, size: number): void;
  statfs(path: string): { readonly free: number; readonly total: number };
  realPath(path: string): string;
  close(): void;
}
