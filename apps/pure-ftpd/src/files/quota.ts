import { daemonReason } from '@pure-ftpd/messages';
import { basename } from '@pure-ftpd/protocol';
import { type Hold, QuotaAccount, type QuotaAmount, type QuotaLimits, type QuotaUsage } from '@pure-ftpd/quota';
import {
  type Awaitable,
  type FileStats,
  FilesystemError,
  type ResolveOptions,
  type Upload,
  type UploadOptions,
} from '@pure-ftpd/server';
import { isSystemError, type LocalUpload } from '@pure-ftpd/server/internal';

import { chargedUpload } from '../limits/charged-upload.ts';
import { type QuotaFileReport, quotaErrorsToClient, toClient } from '../limits/quota-errors.ts';
import { QuotaUse } from '../limits/quota-repair.ts';
import { isReservedName } from '../limits/reserved-names.ts';
import { UserFileSystemLayer } from './layer.ts';
import type { FilesQuota, UserFileSystem } from './user-file-system.ts';

/** How often the start of an upload is tried again when others make and remove its file meanwhile. */
const MAX_TRIES = 16;

/** What an upload begins with has changed while it waited for the lock. */
class TargetChanged extends Error {}

/** A file system that has done what it says when it returns: what is done and its charge are one step. */
export interface ImmediateFileSystem extends UserFileSystem {
  /** A descriptor of the root, which stays the file system's; undefined where there is none. */
  readonly rootDescriptor: number | undefined;
  resolve(path: string, options: ResolveOptions): string;
  stat(path: string): FileStats;
  lstat(path: string): FileStats;
  createUpload(path: string, options: UploadOptions): LocalUpload;
  mkdir(path: string, mode: number): void;
  rmdir(path: string): void;
  remove(path: string): void;
  rename(from: string, to: string): void;
  /** Makes a file this long, in bytes. */
  truncate(path: string, size: number): void;
}

/**
 * Whatever makes, grows or removes files is charged to the `.ftpquota` in the root [quota-upload-auth-cert §1.3]. A quota that cannot
 * be checked lets nothing be stored.
 * @param report Hears of quota files that cannot be used.
 * @throws {FilesystemError} where there is no root to have the file in.
 */
export function quota(inner: ImmediateFileSystem, limits: QuotaLimits, report: QuotaFileReport): UserFileSystem {
  return new ChargedFileSystem(inner, limits, report);
}

class ChargedFileSystem extends UserFileSystemLayer<ImmediateFileSystem> implements FilesQuota {
  readonly #account: QuotaAccount;
  readonly #use: QuotaUse;
  readonly #report: QuotaFileReport;

  constructor(inner: ImmediateFileSystem, limits: QuotaLimits, report: QuotaFileReport) {
    super(inner);
    const { rootDescriptor } = inner;
    if (rootDescriptor === undefined) throw new FilesystemError('quotas need a root that is held by a descriptor');
    this.#use = new QuotaUse(rootDescriptor);
    this.#account = new QuotaAccount(rootDescriptor, limits, {}, this.#use.watch);
    this.#report = report;
  }

  override get quota(): FilesQuota {
    return this;
  }

  get limits(): QuotaLimits {
    return this.#account.limits;
  }

  usage(): Promise<QuotaUsage> {
    return this.#charged(() => this.#account.usage());
  }

  async hasRoomFor(bytes: number): Promise<boolean> {
    const { files: maxFiles, bytes: maxBytes } = this.limits;
    const used = await this.usage();
    const hasFile = maxFiles === undefined || used.files < maxFiles;
    return hasFile && (maxBytes === undefined || used.bytes + BigInt(bytes) <= maxBytes);
  }

  override async createUpload(path: string, options: UploadOptions): Promise<Upload> {
    this.#refuseReserved(path, false);
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const existing = replacedBy(options, () => this.#find(path));
      // What is no file is refused by the upload.
      const isNew = existing === undefined;
      const kept = keptBytes(existing, options);
      const replaced = existing?.type === 'file' ? BigInt(existing.size) - kept : 0n;
      const open = (): LocalUpload => {
        const now = replacedBy(options, () => this.#find(path));
        if (now?.ino !== existing?.ino || now?.size !== existing?.size) throw new TargetChanged();
        return this.inner.createUpload(path, options);
      };
      try {
        const [charge, upload] = await this.#account.beginUpload(
          { isNew, replaces: replaced },
          open,
          holdBy,
          (made) => {
            made.discard();
            if (made.inPlace && isNew) this.#undo(path, true, 0);
          },
        );
        return chargedUpload(upload, charge, {
          isNew,
          report: this.#report,
          currentSize: () => replacedBy(options, () => this.#find(path))?.size,
          undo: () => this.#undo(path, isNew, upload.offset),
        });
      } catch (error) {
        if (!(error instanceof TargetChanged)) throw toClient(error, this.#report);
      }
    }
    throw new FilesystemError(daemonReason('fileChanging'));
  }

  override mkdir(path: string, mode: number): Promise<void> {
    this.#refuseReserved(path, false);
    return this.#charged(() => this.#account.charge({ files: 1 }, () => this.inner.mkdir(path, mode)));
  }

  override rmdir(path: string): Promise<void> {
    return this.#release(() => {
      this.inner.rmdir(path);
      return { files: 1 };
    });
  }

  override remove(path: string): Promise<void> {
    this.#refuseReserved(path, false);
    return this.#release(() => {
      const freed = this.#counted(path);
      this.inner.remove(path);
      return freed;
    });
  }

  override rename(from: string, to: string): Promise<void> {
    this.#refuseReserved(from, false);
    this.#refuseReserved(to, false);
    return this.#release(() => {
      const target = this.#find(to);
      const freed = target === undefined || isSame(target, this.inner.lstat(from)) ? {} : this.#counted(to);
      this.inner.rename(from, to);
      return freed;
    });
  }

  override async close(): Promise<void> {
    try {
      await this.#use.end(this.#report);
    } finally {
      await super.close();
    }
  }

  /** A directory that its owner may not read cannot be counted. */
  override chmod(path: string, mode: number): Awaitable<void> {
    this.#refuseReserved(path, true);
    return this.inner.chmod(path, this.inner.stat(path).type === 'dir' ? mode | 0o500 : mode);
  }

  override utime(path: string, mtimeMs: number): Awaitable<void> {
    this.#refuseReserved(path, true);
    return this.inner.utime(path, mtimeMs);
  }

  /** What a node counts, as pure-quotacheck counts it: a link as the file it leads to. */
  #counted(path: string): QuotaAmount {
    const stats = this.inner.lstat(path);
    if (stats.type === 'dir') return { files: 1 };
    if (stats.type === 'file') return { files: 1, bytes: stats.size };
    if (stats.type !== 'link') return {};
    try {
      const target = this.inner.resolve(path, { follow: true, allowMissing: false });
      // What is outside is not counted by pure-quotacheck either.
      if (!this.#isInside(target)) return {};
      const { type, size } = this.inner.stat(target);
      return type === 'file' ? { files: 1, bytes: size } : {};
    } catch (error) {
      // It leads nowhere, or out of the root, and is not counted.
      if (isSystemError(error)) return {};
      throw error;
    }
  }

  #isInside(path: string): boolean {
    const root = this.inner.realPath('/');
    return root === '/' || this.inner.realPath(path).startsWith(`${root}/`);
  }

  /** Refuses the quota file and unfinished uploads, however their path is written. */
  #refuseReserved(path: string, follow: boolean): void {
    const ruled = this.ruledPath(path, follow);
    if (isReservedName(basename(ruled)) || ruled.includes('/.ftpquota'))
      throw new FilesystemError(daemonReason('keptByServer'));
  }

  #find(path: string): FileStats | undefined {
    try {
      return this.inner.lstat(path);
    } catch (error) {
      if (isSystemError(error) && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }

  #undo(path: string, isNew: boolean, length: number): void {
    try {
      if (isNew) this.inner.remove(path);
      else this.inner.truncate(path, length);
    } catch (error) {
      // Somebody else has removed it.
      if (!isSystemError(error) || error.code !== 'ENOENT') throw error;
    }
  }

  #release(work: () => QuotaAmount): Promise<void> {
    return this.#charged(() => this.#account.release(work));
  }

  #charged<T>(work: () => Promise<T>): Promise<T> {
    return quotaErrorsToClient(work, this.#report);
  }
}

/** What makes the temporary file of an upload longer; there is none where the file is written where it is. */
function holdBy(upload: LocalUpload): Hold | undefined {
  return upload.inPlace ? undefined : (bytes) => upload.setLength(Number(bytes));
}

/** What has the name that an upload asks for; nothing where it would get another. */
function replacedBy({ numbered }: UploadOptions, find: () => FileStats | undefined): FileStats | undefined {
  return numbered === true ? undefined : find();
}

/** Of a file that is continued, what stays of it. */
function keptBytes(existing: FileStats | undefined, { append, offset = 0 }: UploadOptions): bigint {
  if (existing?.type !== 'file') return 0n;
  return BigInt(append === true ? existing.size : Math.min(offset, existing.size));
}

function isSame(one: FileStats, other: FileStats): boolean {
  return one.dev === other.dev && one.ino === other.ino;
}
