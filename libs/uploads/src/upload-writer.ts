import { closeSync, writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import { isSystemCode, makePipe, peekPipe, setPipeSize, SystemError, tryLockFile, unlockFile } from '@pure-ftpd/posix';

import { openLock, openPipe, UPLOAD_LOCK, UPLOAD_PIPE } from './private-node.ts';
import { encodeRecord } from './upload-record.ts';
import type { UploadRecord } from './upload-record.ts';

/** Why an upload was not announced. */
export type UploadLoss =
  /** As many as may wait were waiting. */
  | 'full'
  /** The writer was closed before there was room in the pipe. */
  | 'closed';

/** How uploads are announced. */
export interface UploadWriterOptions {
  readonly pipe?: string;
  readonly lock?: string;
  /** User id that FIFO and lock must belong to: root, 0, unless told. */
  readonly owner?: number;
  /** Bytes of records that may wait for room in the pipe; 4 MiB unless told. */
  readonly maxWaitingBytes?: number;
  /** Told of each upload that nobody will hear of, in their order. */
  readonly onLost?: (upload: UploadRecord, why: UploadLoss) => void;
}

const MAX_WAITING_BYTES = 4 * 1024 * 1024;
/** Room for some ten thousand records in the kernel, where it allows that. */
const PIPE_BYTES = 1024 * 1024;
const FIRST_RETRY_MS = 1;
const LONGEST_RETRY_MS = 100;
/** How often is looked whether the pipe is empty, in milliseconds. */
const LOOK_EVERY_MS = 100;

interface Waiting {
  readonly upload: UploadRecord;
  readonly bytes: Buffer;
}

/**
 * Announces finished uploads in the FIFO that pure-uploadscript reads, ours or the C one [spec quota-upload-auth-cert.md
 * §2.2]. It never waits: what the pipe has no room for is kept here, up to a bound.
 *
 * What is promised: records are written in the order of {@link announce}, each whole and once. A record that is accepted is
 * in the pipe as soon as that has room, and stays there, reader or not, until it is read or the last program that has the
 * pipe open ends. When as many wait as may, new ones are refused; `onLost` hears of each. A reader that is killed takes with
 * it what it had read.
 */
export class UploadWriter {
  readonly #pipe: number;
  readonly #lock: number;
  readonly #maxWaitingBytes: number;
  readonly #onLost: (upload: UploadRecord, why: UploadLoss) => void;
  #queue: Waiting[] = [];
  #head = 0;
  #waitingBytes = 0;
  /** Bytes of the first record that are written: the lock is kept until all of it is. */
  #written = 0;
  #holdsLock = false;
  #retryMs = FIRST_RETRY_MS;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  /** Called when nothing waits any more. */
  readonly #onEmpty = new Set<() => void>();

  private constructor(pipe: number, lock: number, options: UploadWriterOptions) {
    this.#pipe = pipe;
    this.#lock = lock;
    this.#maxWaitingBytes = options.maxWaitingBytes ?? MAX_WAITING_BYTES;
    this.#onLost = options.onLost ?? (() => {});
  }

  /**
   * Opens FIFO and lock, and makes them when they are missing. Does not wait for a reader. The process may give up its rights
   * after that.
   *
   * @throws {UploadPipeError}
   */
  static open(options: UploadWriterOptions = {}): UploadWriter {
    const owner = options.owner ?? 0;
    const lock = openLock(options.lock ?? UPLOAD_LOCK, owner);
    try {
      const pipe = openPipe(options.pipe ?? UPLOAD_PIPE, owner);
      enlarge(pipe);
      return new UploadWriter(pipe, lock, options);
    } catch (error) {
      closeSync(lock);
      throw error;
    }
  }

  /** Records that wait for room in the pipe. */
  get waiting(): number {
    return this.#queue.length - this.#head;
  }

  /**
   * Announces an upload. Never waits.
   *
   * @returns false when it is lost, which `onLost` has heard as well.
   * @throws {UploadRecordError} when login or path can stand in no record.
   */
  announce(upload: UploadRecord): boolean {
    const bytes = encodeRecord(upload);
    if (this.#closed || this.#waitingBytes + bytes.length > this.#maxWaitingBytes) {
      this.#onLost(upload, this.#closed ? 'closed' : 'full');
      return false;
    }
    this.#queue.push({ upload, bytes });
    this.#waitingBytes += bytes.length;
    if (this.#timer === undefined) this.#write();
    return true;
  }

  /** Comes back when nothing waits for room any more, or after that time. */
  async drained(milliseconds: number): Promise<void> {
    if (this.waiting === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    this.#onEmpty.add(resolve);
    await promise;
    clearTimeout(timer);
    this.#onEmpty.delete(resolve);
  }

  /**
   * Comes back when nothing is left in the pipe, or when `signal` is raised. When nobody else has the pipe open, what is in it is
   * lost when the writer closes it.
   */
  async taken(signal: AbortSignal): Promise<void> {
    const scratch = makePipe();
    try {
      while (!signal.aborted && peekPipe(this.#pipe, Buffer.alloc(1), scratch) > 0) {
        await delay(LOOK_EVERY_MS, undefined, { signal });
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      closeSync(scratch.read);
      closeSync(scratch.write);
    }
  }

  /**
   * Writes what there is room for, and closes the FIFO: what is still waiting is lost. May be called again.
   * What is in the pipe stays there as long as a reader has it open.
   */
  close(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#write();
    clearTimeout(this.#timer);
    this.#closed = true;
    closeSync(this.#pipe);
    closeSync(this.#lock);
    for (const { upload } of this.#queue.slice(this.#head)) this.#onLost(upload, 'closed');
    this.#queue = [];
    this.#head = 0;
  }

  #write(): void {
    try {
      for (let next = this.#queue[this.#head]; next !== undefined; next = this.#queue[this.#head]) {
        if (!this.#writeOne(next.bytes)) return this.#retryLater();
        this.#head += 1;
        this.#waitingBytes -= next.bytes.length;
      }
    } finally {
      this.#releaseLock();
    }
    this.#queue = [];
    this.#head = 0;
    this.#retryMs = FIRST_RETRY_MS;
    for (const empty of this.#onEmpty) empty();
  }

  /**
   * Writes a record, or the rest of one. Up to PIPE_BUF (4096) bytes are written whole or not at all; of the few longer
   * ones a part may be, and the lock, which everybody who writes has to take, keeps others out until the rest is.
   *
   * @returns false when it is not there in full.
   */
  #writeOne(bytes: Buffer): boolean {
    this.#holdsLock ||= tryLockFile(this.#lock, 'exclusive');
    if (!this.#holdsLock) return false;
    try {
      this.#written += writeSync(this.#pipe, bytes, this.#written);
    } catch (error) {
      if (!isSystemCode(error, 'EAGAIN')) throw error;
    }
    if (this.#written < bytes.length) return false;
    this.#written = 0;
    return true;
  }

  #releaseLock(): void {
    if (!this.#holdsLock || this.#written > 0) return;
    unlockFile(this.#lock);
    this.#holdsLock = false;
  }

  #retryLater(): void {
    this.#compact();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#write();
    }, this.#retryMs);
    this.#timer.unref();
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
  }

  #compact(): void {
    if (this.#head < 1024 || this.#head * 2 < this.#queue.length) return;
    this.#queue = this.#queue.slice(this.#head);
    this.#head = 0;
  }
}

function enlarge(pipe: number): void {
  try {
    setPipeSize(pipe, PIPE_BYTES);
  } catch (error) {
    // The kernel allows this user less: 64 KiB hold some thousand records, too.
    if (!(error instanceof SystemError)) throw error;
  }
}
