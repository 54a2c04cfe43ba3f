import { daemonReason } from '@pure-ftpd/messages';
import { basename } from '@pure-ftpd/protocol';
import { type Hold, QuotaAccount, type QuotaAmount, type QuotaLimits, type QuotaUsage } from '@pure-ftpd/quota';
import { type Awaitable, type FileStats, FilesystemError, type Upload, type UploadOptions } from '@pure-ftpd/server';
import { createLocalUpload, isSystemError, type LocalUpload } from '@pure-ftpd/server/internal';

import { type FileSystemOptions, UserFileSystem } from '../session/user-file-system.ts';
import { chargedUpload } from './charged-upload.ts';
import { type QuotaFileReport, quotaErrorsToClient, toClient } from './quota-errors.ts';
import { QuotaUse } from './quota-repair.ts';
import { isReservedName } from './reserved-names.ts';

/** How often the start of an upload is tried again when others make and remove its file meanwhile. */
const MAX_TRIES = 16;

/** What an upload begins with has changed while it waited for the lock. */
class TargetChanged extends Error {}

/**
 * The file system of an account with a quota: whatever makes, grows or removes files is charged to the `.ftpquota` in its root
 * [quota-upload-auth-cert §1.3]. A quota that cannot be checked lets nothing be stored.
 */
export class QuotaFileSystem extends UserFileSystem {
  readonly #account: QuotaAccount;
  readonly #use: QuotaUse;
  readonly #report: QuotaFileReport;

  /**
   * @param report Hears of quota files that cannot be used.
   * @throws NodeJS.ErrnoException when the root cannot be entered.
   */
  constructor(root: string, options: FileSystemOptions, limits: QuotaLimits, report: QuotaFileReport) {
    super(root, options);
    const { rootDescriptor } = this.jail;
    if (rootDescriptor === undefined) {
      this.jail.close();
      throw new FilesystemError('quotas need a root that is held by a descriptor');
    }
    this.#use = new QuotaUse(rootDescriptor);
    this.#account = new QuotaAccount(rootDescriptor, limits, {}, this.#use.watch);
    this.#report = report;
  }

  get limits(): QuotaLimits {
    return this.#account.limits;
  }

  /** What is used. @throws {FilesystemError} when it cannot be known. */
  usage(): Promise<QuotaUsage> {
    return this.#charged(() => this.#account.usage());
  }

  /** Whether a new file of so many bytes would find room now. @throws {FilesystemError} when it cannot be known. */
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
        return createLocalUpload(this.jail, path, options, this.temporaryFiles());
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
    return this.#charged(() => this.#account.charge({ files: 1 }, () => this.jail.mkdir(path, mode)));
  }

  override rmdir(path: string): Promise<void> {
    return this.#release(() => {
      this.jail.rmdir(path);
      return { files: 1 };
    });
  }

  override remove(path: string): Promise<void> {
    this.#refuseReserved(path, false);
    return this.#release(() => {
      const freed = this.#counted(path);
      this.jail.unlink(path);
      return freed;
    });
  }

  override rename(from: string, to: string): Promise<void> {
    this.#refuseReserved(from, false);
    this.#refuseReserved(to, false);
    return this.#release(() => {
      const target = this.#find(to);
      const freed = target === undefined || isSame(target, this.jail.lstat(from)) ? {} : this.#counted(to);
      this.jail.rename(from, to);
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
    return super.chmod(path, this.jail.stat(path).type === 'dir' ? mode | 0o500 : mode);
  }

  override utime(path: string, mtimeMs: number): void {
    this.#refuseReserved(path, true);
    this.jail.utimes(path, mtimeMs, mtimeMs);
  }

  /** What a node counts, as pure-quotacheck counts it: a link as the file it leads to. */
  #counted(path: string): QuotaAmount {
    const stats = this.jail.lstat(path);
    if (stats.type === 'dir') return { files: 1 };
    if (stats.type === 'file') return { files: 1, bytes: stats.size };
    if (stats.type !== 'link') return {};
    try {
      const target = this.jail.resolve(path, { follow: true });
      // What is outside is not counted by pure-quotacheck either.
      if (!this.#isInside(target)) return {};
      const { type, size } = this.jail.stat(target);
      return type === 'file' ? { files: 1, bytes: size } : {};
    } catch (error) {
      // It leads nowhere, or out of the root, and is not counted.
      if (isSystemError(error)) return {};
      throw error;
    }
  }

  #isInside(path: string): boolean {
    const { root } = this.jail;
    return root === '/' || this.jail.realPath(path).startsWith(`${root}/`);
  }

  /** Refuses the quota file and unfinished uploads, however their path is written. */
  #refuseReserved(path: string, follow: boolean): void {
    const ruled = this.ruledPath(path, follow);
    if (isReservedName(basename(ruled)) || ruled.includes('/.ftpquota'))
      throw new FilesystemError(daemonReason('keptByServer'));
  }

  #find(path: string): FileStats | undefined {
    try {
      return this.jail.lstat(path);
    } catch (error) {
      if (isSystemError(error) && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }

  #undo(path: string, isNew: boolean, length: number): void {
    try {
      if (isNew) this.jail.unlink(path);
      else this.jail.truncate(path, length);
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
