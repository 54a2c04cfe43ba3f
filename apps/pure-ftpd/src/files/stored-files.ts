// Homes in a bucket: the library's file system for S3, under the path at which it is mounted.
import { asError, joinPath } from '@pure-ftpd/protocol';
import type { QuotaLimits, QuotaUsage } from '@pure-ftpd/quota';
import { type Objects, S3Filesystem } from '@pure-ftpd/s3';
import { type FileSystem, FileSystemLayer, quota, type QuotaFileSystem, type QuotaStore } from '@pure-ftpd/server';

import type { MountedHome } from './mounts.ts';
import type { FilesQuota, UserFileSystem } from './user-file-system.ts';

/** How a session reaches the objects of its home. */
export interface HomeObjects {
  readonly objects: Objects;
  /** What is stored in homes. */
  readonly counters: QuotaStore;
  /** The session needs them no more. */
  close(): void;
}

/** What is charged for, and who hears of counters that could not be set right. */
export interface ChargedTo {
  readonly limits: QuotaLimits;
  readonly report: (error: Error) => void;
}

/**
 * The files of a home in a bucket, in the first directory.
 * @param home Closed with them.
 * @throws what a file system throws when the directory cannot be entered.
 */
export async function openStoredFiles(
  { mount, root, directory }: MountedHome,
  home: HomeObjects,
  charged: ChargedTo | undefined,
): Promise<UserFileSystem> {
  const files = new MountedFiles(root, mount.path, home.objects);
  const counted = charged && countedFiles(files, home.counters, charged);
  const stored = new StoredFiles(counted ?? files, counted, home);
  try {
    if (directory !== '/') await files.chdir(directory);
    files.home = directory;
    return stored;
  } catch (error) {
    await stored.close();
    throw error;
  }
}

class MountedFiles extends S3Filesystem {
  readonly #mount: string;

  constructor(root: string, mount: string, objects: Objects) {
    super(root, objects);
    this.#mount = mount;
  }

  override realPath(path: string): string {
    return joinPath('/', `${this.#mount}${super.realPath(path)}`);
  }
}

function countedFiles(files: MountedFiles, store: QuotaStore, { limits, report }: ChargedTo): QuotaFileSystem {
  const { files: most, bytes } = limits;
  return quota(files, {
    store,
    account: files.realPath('/'),
    limits: { files: asNumber(most), bytes: asNumber(bytes) },
    report: (error) => report(asError(error)),
  });
}

/** Exact up to nine petabytes. */
function asNumber(limit: bigint | undefined): number | undefined {
  return limit === undefined ? undefined : Number(limit);
}

/** What a user of the daemon sees of them. */
class StoredFiles extends FileSystemLayer implements UserFileSystem {
  readonly #counted: QuotaFileSystem | undefined;
  readonly #home: HomeObjects;

  constructor(inner: FileSystem, counted: QuotaFileSystem | undefined, home: HomeObjects) {
    super(inner);
    this.#counted = counted;
    this.#home = home;
  }

  /** For people: where it is mounted. */
  override get root(): string {
    return this.realPath('/');
  }

  get ruledHome(): string {
    return this.home;
  }

  get quota(): FilesQuota | undefined {
    return this.#counted && new StoredQuota(this.#counted);
  }

  /** Not known without a request. */
  has(): boolean {
    return true;
  }

  /** There are no links. */
  ruledPath(path: string): string {
    return path;
  }

  override async close(): Promise<void> {
    try {
      await super.close();
    } finally {
      this.#home.close();
    }
  }
}

class StoredQuota implements FilesQuota {
  readonly #files: QuotaFileSystem;

  constructor(files: QuotaFileSystem) {
    this.#files = files;
  }

  get limits(): QuotaLimits {
    const { files, bytes } = this.#files.limits;
    return {
      files: files === undefined ? undefined : BigInt(files),
      bytes: bytes === undefined ? undefined : BigInt(bytes),
    };
  }

  async usage(): Promise<QuotaUsage> {
    const { files, bytes } = await this.#files.usage();
    return { files: BigInt(files), bytes: BigInt(bytes) };
  }

  async hasRoomFor(bytes: number): Promise<boolean> {
    const { files: mostFiles = Infinity, bytes: mostBytes = Infinity } = this.#files.limits;
    const used = await this.#files.usage();
    return used.files < mostFiles && used.bytes + bytes <= mostBytes;
  }
}
