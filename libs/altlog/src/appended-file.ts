import { constants } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

import {
  isFileLockAvailable,
  isSystemCode,
  lockFile,
  O_CREAT,
  O_EXCL,
  O_NOCTTY,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_WRONLY,
  tryLockFile,
  unlockFile,
} from '@pure-ftpd/posix';
import { encodeName } from '@pure-ftpd/protocol';

/** How long to wait for whoever has the file locked: the C server has it for one write. In milliseconds. */
const LOCK_LIMIT_MS = 5000;

/** How long a pipe whose reader does not read may keep a line waiting, in milliseconds, and how often it is tried. */
const PIPE_LIMIT_MS = 2000;
const PIPE_PAUSE_MS = 20;

/** Never through a link; never held up by a pipe without a reader. Appending holds also for what does not lock. */
const FLAGS = O_WRONLY | constants.O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

/** Its owner's only, as the C server makes it [altlog-stats §2]. */
const MODE = 0o600;

interface OpenedFile {
  readonly handle: FileHandle;
  readonly dev: bigint;
  readonly ino: bigint;
}

/**
 * A file that several programs append whole lines to, each under the lock that the C server takes: a write lock of fcntl
 * on the whole file. It is opened again when its path names another one (rotation). One call at a time.
 */
export class AppendedFile {
  readonly #path: Buffer;
  readonly #header: () => readonly Buffer[];
  readonly #lockLimitMs: number;
  #opened: OpenedFile | undefined;
  /** Somebody keeps the lock: from now on it is tried once, and the line written anyway. */
  #lockIsKept = false;

  /**
   * @param header The lines of a file that is made anew.
   * @param lockLimitMs How long to wait for the lock.
   */
  constructor(path: string, header: () => readonly Buffer[], lockLimitMs: number = LOCK_LIMIT_MS) {
    this.#path = encodeName(path);
    this.#header = header;
    this.#lockLimitMs = lockLimitMs;
  }

  /**
   * Opens what the path names now, and makes it where there is nothing. When that fails the file that was open before goes
   * on being used, as long as there is one.
   * @throws NodeJS.ErrnoException ELOOP for a link, ENXIO for a pipe that nobody reads, EACCES and its kind.
   */
  async open(): Promise<void> {
    const { handle, isNew } = await openOrMake(this.#path);
    try {
      const { dev, ino } = await handle.stat({ bigint: true });
      const former = this.#opened;
      this.#opened = { handle, dev, ino };
      await former?.handle.close();
    } catch (error) {
      if (this.#opened?.handle !== handle) await handle.close();
      throw error;
    }
    if (isNew) for (const line of this.#header()) await this.#write(handle, line);
  }

  /**
   * Appends one line.
   * @throws NodeJS.ErrnoException when it is not in the file: ENOSPC, EPIPE, EAGAIN for a pipe that stays full.
   */
  async append(line: Buffer): Promise<void> {
    const failure = await this.#follow();
    if (this.#opened === undefined) throw failure;
    await this.#write(this.#opened.handle, line);
    // The line is somewhere; where it should be is another matter, and worth a word.
    if (failure !== undefined) throw new NotReopened(failure);
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    await opened?.handle.close();
  }

  /** Opens the file again when its path names another one. @returns Why it could not. */
  async #follow(): Promise<unknown> {
    const opened = this.#opened;
    try {
      if (opened !== undefined && (await isAt(this.#path, opened))) return undefined;
      await this.open();
      return undefined;
    } catch (error) {
      return error;
    }
  }

  async #write(handle: FileHandle, line: Buffer): Promise<void> {
    const isLocked = await this.#lock(handle.fd);
    try {
      await writeWhole(handle, line);
    } finally {
      if (isLocked) unlockFile(handle.fd);
    }
  }

  async #lock(fd: number): Promise<boolean> {
    if (!isFileLockAvailable()) return false;
    try {
      if (this.#lockIsKept) return tryLockFile(fd, 'exclusive') && this.#lockIsFree();
      await lockFile(fd, 'exclusive', { limitMs: this.#lockLimitMs });
      return true;
    } catch (error) {
      // A file system without locks; and who keeps the lock must not keep the log from being written.
      if (isSystemCode(error, 'EAGAIN')) this.#lockIsKept = true;
      return false;
    }
  }

  #lockIsFree(): true {
    this.#lockIsKept = false;
    return true;
  }
}

/** The line was written into the file that was open before: the one at the path now cannot be opened. */
export class NotReopened extends Error {
  override readonly name = 'NotReopened';
  readonly code = 'TRANSFER_LOG_NOT_REOPENED';

  constructor(cause: unknown) {
    super('the log is written where it was before', { cause });
  }
}

async function openOrMake(path: Buffer): Promise<{ handle: FileHandle; isNew: boolean }> {
  try {
    return { handle: await open(path, FLAGS | O_CREAT | O_EXCL, MODE), isNew: true };
  } catch (error) {
    if (!isSystemCode(error, 'EEXIST')) throw error;
  }
  return { handle: await open(path, FLAGS | O_CREAT, MODE), isNew: false };
}

async function isAt(path: Buffer, opened: OpenedFile): Promise<boolean> {
  try {
    const { dev, ino } = await lstat(path, { bigint: true });
    return dev === opened.dev && ino === opened.ino;
  } catch (error) {
    if (isSystemCode(error, 'ENOENT')) return false;
    throw error;
  }
}

/** All of the line or nothing: what a full disk took of it is taken back, so that the next line begins a line. */
async function writeWhole(handle: FileHandle, line: Buffer): Promise<void> {
  const end = performance.now() + PIPE_LIMIT_MS;
  let at = 0;
  for (;;) {
    try {
      at += (await handle.write(line, at)).bytesWritten;
      if (at === line.length) return;
    } catch (error) {
      // A pipe that is full.
      if (isSystemCode(error, 'EAGAIN') && performance.now() < end) {
        await delay(PIPE_PAUSE_MS);
        continue;
      }
      if (at > 0) await takeBack(handle, at);
      throw error;
    }
  }
}

async function takeBack(handle: FileHandle, bytes: number): Promise<void> {
  const file = await handle.stat();
  if (file.isFile() && file.size >= bytes) await handle.truncate(file.size - bytes);
}
