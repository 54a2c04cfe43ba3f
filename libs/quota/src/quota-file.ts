import { closeSync, fstatSync } from 'node:fs';

import {
  isSystemCode,
  lockFile,
  lockFileSync,
  NativeUnavailableError,
  O_CREAT,
  O_NOCTTY,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_RDWR,
  SystemError,
  tryLockFile,
  tryOpenat,
} from '@pure-ftpd/posix';

import { QuotaFileError } from './errors.ts';
import { LockedQuotaFile } from './locked-quota-file.ts';

/** Its name in the root of the account. */
export const QUOTA_FILE = '.ftpquota';

/** Details of a quota file. */
export interface QuotaFileOptions {
  /** How long to wait for the lock, in milliseconds; 10,000 unless told. Whoever may write the file can keep it locked. */
  readonly lockLimitMs?: number;
  /** Whether a file that is missing is made; it is, unless told. */
  readonly create?: boolean;
}

const FLAGS = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
const MODE = 0o600;
const DEFAULT_LOCK_LIMIT_MS = 10_000;
/** Somebody who replaces the file as fast as we lock it must not keep us busy. */
const MAX_TRIES = 16;

/**
 * The quota file of an account: `.ftpquota` in its root [spec quota-upload-auth-cert.md §1.1]. Each use opens it anew, by
 * its name in a directory that is held, follows no link, makes it when it is missing, and locks it as the C programs do, so
 * that nobody loses what another one wrote.
 */
export class QuotaFile {
  readonly #directory: number;
  readonly #wait: { readonly limitMs: number };
  readonly #flags: number;

  /** @param directory A descriptor of the account's root (O_PATH will do), which the caller keeps open. */
  constructor(directory: number, options: QuotaFileOptions = {}) {
    this.#directory = directory;
    this.#flags = options.create === false ? FLAGS : FLAGS | O_CREAT;
    this.#wait = { limitMs: options.lockLimitMs ?? DEFAULT_LOCK_LIMIT_MS };
  }

  /**
   * Does some work while the file is locked. Where nobody else has it locked, the work is done before this returns its
   * promise. What the work throws is thrown on.
   *
   * @param work Must not wait for anything: others do meanwhile, servers among them.
   * @throws {QuotaFileError} when the file cannot be used; the work has not been called then.
   */
  async withLock<T>(work: (file: LockedQuotaFile) => T): Promise<T> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const fd = this.#open();
      try {
        await this.#lock(fd);
        if (isLinked(fd)) return work(LockedQuotaFile.read(fd));
      } finally {
        closeSync(fd);
      }
    }
    throw replaced();
  }

  /** As {@link withLock}; the process waits for the lock. */
  withLockSync<T>(work: (file: LockedQuotaFile) => T): T {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const fd = this.#open();
      try {
        explained(() => lockFileSync(fd, 'exclusive', this.#wait));
        if (isLinked(fd)) return work(LockedQuotaFile.read(fd));
      } finally {
        closeSync(fd);
      }
    }
    throw replaced();
  }

  #open(): number {
    const fd = explained(() => tryOpenat(this.#directory, QUOTA_FILE, this.#flags, MODE));
    if (fd < 0) {
      const cause = SystemError.fromErrno(-fd, 'open', { path: QUOTA_FILE });
      const code = cause.code === 'ELOOP' || cause.code === 'EISDIR' ? 'NOT_A_FILE' : 'UNREADABLE';
      throw new QuotaFileError(code, `${QUOTA_FILE} cannot be opened: ${cause.code}`, { cause });
    }
    // A FIFO or a device of that name has been opened without waiting, and is left alone.
    if (fstatSync(fd).isFile()) return fd;
    closeSync(fd);
    const cause = new SystemError('EINVAL', 'open', { path: QUOTA_FILE });
    throw new QuotaFileError('NOT_A_FILE', `${QUOTA_FILE} is no file`, { cause });
  }

  async #lock(fd: number): Promise<void> {
    // At once where it can be: who works under the lock can then rely on nothing having happened in between.
    if (explained(() => tryLockFile(fd, 'exclusive'))) return;
    try {
      await lockFile(fd, 'exclusive', this.#wait);
    } catch (error) {
      throw lockError(error);
    }
  }
}

/** A file that was deleted while we waited for its lock is nobody's quota any more. */
function isLinked(fd: number): boolean {
  return fstatSync(fd).nlink > 0;
}

function explained<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw lockError(error);
  }
}

function lockError(cause: unknown): unknown {
  if (cause instanceof NativeUnavailableError)
    return new QuotaFileError('UNREADABLE', `${QUOTA_FILE} cannot be locked: ${cause.message}`, { cause });
  if (!(cause instanceof SystemError)) return cause;
  if (isSystemCode(cause, 'EAGAIN')) return new QuotaFileError('BUSY', `${QUOTA_FILE} stays locked`, { cause });
  return new QuotaFileError('UNREADABLE', `${QUOTA_FILE} cannot be locked: ${cause.code}`, { cause });
}

function replaced(): QuotaFileError {
  return new QuotaFileError('BUSY', `${QUOTA_FILE} is replaced again and again`);
}
