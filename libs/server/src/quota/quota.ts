import { dirname } from '@pure-ftpd/protocol';

import type { FileSystem } from '../contract/file-system.ts';
import type { FileStats, Upload, UploadOptions } from '../contract/virtual-file.ts';
import { FileSystemLayer } from '../filesystem/layer.ts';
import { countFiles } from './count-files.ts';
import { CountedAccount } from './counted-account.ts';
import { Ledger } from './ledger.ts';
import { negative, NOTHING, ONE_FILE, type QuotaAmount, type QuotaLimits, type QuotaStore } from './quota-store.ts';
import { uploadAtEnd } from './upload-at-end.ts';
import { uploadInPlace } from './upload-in-place.ts';

/** Whose files a file system has, and how many there may be. */
export interface QuotaOptions {
  readonly store: QuotaStore;
  /** Name of the counter. File systems that have it see the same tree, under the same paths. */
  readonly account: string;
  readonly limits: QuotaLimits;
  /** Hears of counters that could not be set right after something was done; a warning of the process, unless told. */
  readonly report?: (error: unknown) => void;
}

/**
 * A quota around any file system. Room is charged before it is used, and what is there in the end is what stays charged: exact for all
 * sessions of an account in this process, and never too little where others share the store. What finds no room is refused with 552.
 *
 * Links count as files without content. What changes the tree past this layer is not seen.
 *
 * @param inner The layer's from now on: closed with it.
 * @example
 * const store = new MemoryQuotaStore();
 * class Handler extends FTPHandler {
 *   override async openFileSystem(username: string): Promise<FileSystem> {
 *     const fs = await super.openFileSystem(username);
 *     return quota(fs, { store, account: username, limits: { files: 10_000, bytes: 5_000_000_000 } });
 *   }
 * }
 */
export function quota(inner: FileSystem, options: QuotaOptions): QuotaFileSystem {
  return new QuotaFileSystem(inner, options);
}

/** What {@link quota} makes. */
export class QuotaFileSystem extends FileSystemLayer {
  readonly limits: QuotaLimits;
  readonly #account: CountedAccount;
  readonly #ledger: Ledger;
  #counted: Promise<void> | undefined;

  constructor(inner: FileSystem, { store, account, limits, report = warn }: QuotaOptions) {
    super(inner);
    this.limits = limits;
    this.#account = CountedAccount.enter(store, account);
    this.#ledger = new Ledger(this.#account, limits, { files: inner, report });
  }

  /** What is used. @throws What the store throws, or the file system when it has to be counted. */
  async usage(): Promise<QuotaAmount> {
    return this.#account.usage(() => this.#account.locks.hold(['/'], () => countFiles(this.inner)));
  }

  /** No more than the quota leaves. */
  override async statfs(path: string): Promise<{ readonly free: number; readonly total: number }> {
    const { free, total } = await this.inner.statfs(path);
    const { bytes: limit = Infinity } = this.limits;
    const left = Math.max(limit - (await this.usage()).bytes, 0);
    return { free: Math.min(free, left), total: Math.min(total, limit) };
  }

  override createUpload(path: string, options: UploadOptions): Promise<Upload> {
    const { numbered = false, exclusive = false } = options;
    // A numbered one gets a name that nobody knows yet.
    const turn = numbered ? dirname(path) : path;
    const ledger = this.#ledger;
    return this.#alone([turn], async () => {
      const existing = numbered ? undefined : await ledger.find(path);
      const charged = existing === undefined ? ONE_FILE : NOTHING;
      const upload = await ledger.charge(charged, () => this.inner.createUpload(path, options));
      if (isInPlace(upload, options)) return uploadInPlace(upload, path, ledger, existing);
      const replaces = !numbered && !exclusive;
      return uploadAtEnd(upload, { turn, path, replaces }, ledger, { charged, existing });
    });
  }

  override mkdir(path: string, mode: number): Promise<void> {
    return this.#alone([path], () => this.#ledger.charge(ONE_FILE, () => this.inner.mkdir(path, mode)));
  }

  override rmdir(path: string): Promise<void> {
    return this.#alone([path], async () => {
      await this.inner.rmdir(path);
      await this.#ledger.settle(negative(ONE_FILE));
    });
  }

  override remove(path: string): Promise<void> {
    return this.#alone([path], async () => {
      const freed = this.#ledger.freedAt(path, await this.#ledger.find(path));
      await this.inner.remove(path);
      this.#account.detach(path);
      await this.#ledger.settle(negative(freed));
    });
  }

  override rename(from: string, to: string): Promise<void> {
    return this.#alone([from, to], async () => {
      const [source, target] = [await this.#ledger.find(from), await this.#ledger.find(to)];
      const isSame = from === to || isSameNode(source, target);
      const freed = isSame ? NOTHING : this.#ledger.freedAt(to, target);
      await this.inner.rename(from, to);
      if (isSame) return;
      this.#account.detach(to);
      this.#account.move(from, to);
      await this.#ledger.settle(negative(freed));
    });
  }

  override async close(): Promise<void> {
    this.#account.leave();
    await super.close();
  }

  /** Does some work while nobody else of the account changes its paths, once it is known what there is. */
  async #alone<T>(paths: readonly string[], work: () => Promise<T>): Promise<T> {
    this.#counted ??= this.#count();
    await this.#counted;
    return this.#account.locks.hold(paths, work);
  }

  async #count(): Promise<void> {
    try {
      await this.usage();
    } catch (error) {
      // The next one tries again.
      this.#counted = undefined;
      throw error;
    }
  }
}

/** Whether an upload changes what is under its name before its end; where nobody tells, by how it was asked for. */
function isInPlace(upload: Upload, { append, offset = 0, numbered, atomic }: UploadOptions): boolean {
  if (numbered === true) return false;
  return upload.inPlace ?? (upload.keepsPart === true || append === true || offset > 0 || !atomic);
}

function isSameNode(one: FileStats | undefined, other: FileStats | undefined): boolean {
  // A number of 0 is none.
  return one !== undefined && one.ino !== 0 && one.ino === other?.ino && one.dev === other.dev;
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
