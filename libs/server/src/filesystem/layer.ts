import type { Capabilities, FileSystem, ResolveOptions } from '../contract/file-system.ts';
import type {
  Awaitable,
  FileStats,
  Upload,
  UploadOptions,
  VirtualDirectory,
  VirtualFile,
} from '../contract/virtual-file.ts';

/** A file system around another, which does everything; layers override what they change. */
export class FileSystemLayer<Inner extends FileSystem = FileSystem> implements FileSystem {
  protected readonly inner: Inner;

  /** @param inner This layer's from now on: closed with it. */
  constructor(inner: Inner) {
    this.inner = inner;
  }

  get root(): string {
    return this.inner.root;
  }

  get home(): string {
    return this.inner.home;
  }

  get capabilities(): Capabilities {
    return this.inner.capabilities;
  }

  resolve(path: string, options: ResolveOptions): Awaitable<string> {
    return this.inner.resolve(path, options);
  }

  realPath(path: string): string {
    return this.inner.realPath(path);
  }

  chdir(path: string): Awaitable<void> {
    return this.inner.chdir(path);
  }

  stat(path: string): Awaitable<FileStats> {
    return this.inner.stat(path);
  }

  lstat(path: string): Awaitable<FileStats> {
    return this.inner.lstat(path);
  }

  readlink(path: string): Awaitable<string> {
    return this.inner.readlink(path);
  }

  openDirectory(path: string): Awaitable<VirtualDirectory> {
    return this.inner.openDirectory(path);
  }

  open(path: string): Awaitable<VirtualFile> {
    return this.inner.open(path);
  }

  createUpload(path: string, options: UploadOptions): Awaitable<Upload> {
    return this.inner.createUpload(path, options);
  }

  mkdir(path: string, mode: number): Awaitable<void> {
    return this.inner.mkdir(path, mode);
  }

  rmdir(path: string): Awaitable<void> {
    return this.inner.rmdir(path);
  }

  remove(path: string): Awaitable<void> {
    return this.inner.remove(path);
  }

  rename(from: string, to: string): Awaitable<void> {
    return this.inner.rename(from, to);
  }

  chmod(path: string, mode: number): Awaitable<void> {
    return this.inner.chmod(path, mode);
  }

  utime(path: string, mtimeMs: number): Awaitable<void> {
    return this.inner.utime(path, mtimeMs);
  }

  statfs(path: string): Awaitable<{ readonly free: number; readonly total: number }> {
    return this.inner.statfs(path);
  }

  userName(uid: number): string | undefined {
    return this.inner.userName(uid);
  }

  groupName(gid: number): string | undefined {
    return this.inner.groupName(gid);
  }

  close(): Awaitable<void> {
    return this.inner.close();
  }
}
