import { closeSync, readSync, writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import { makePipe, peekPipe, type Pipe, tryLockFile, unlockFile, untilReadable } from '@pure-ftpd/posix';

import { openPipe, UPLOAD_PIPE } from './private-node.ts';
import { MAX_RECORD_BYTES, RECORD_START, RecordParser } from './upload-record.ts';
import type { UploadRecord } from './upload-record.ts';

/** Which FIFO is read. */
export interface UploadReaderOptions {
  readonly pipe?: string;
  /** User id that the FIFO must belong to: root, 0, unless told. */
  readonly owner?: number;
}

/** What a look into the pipe has shown. */
type Look =
  | { readonly found: UploadRecord }
  /** Nothing is in it. */
  | 'empty'
  /** What is in it is somebody else's just now, or not there in full. */
  | 'later'
  /** What was no record is gone. */
  | 'again';

/** A C reader that waits in the pipe has taken a record after this time, or will not take it, in milliseconds. */
const OTHERS_FIRST_MS = 2;
/** For so long nobody is in the middle of a record, in milliseconds. */
const LEFT_BEHIND_MS = 1000;

/**
 * Hears of finished uploads from the FIFO, of our server or the C one [spec quota-upload-auth-cert.md §2.3].
 *
 * Any number of readers may be at one FIFO: each record goes to one of them, whole. It takes one at a time, in one call, and none
 * before it is asked for: what it was not asked for is still in the pipe, for another reader, or the next when this one is killed.
 */
export class UploadReader {
  readonly #pipe: number;
  /** By which the wait for the pipe is ended. */
  readonly #wake: Pipe;
  readonly #scratch: Pipe;
  readonly #bytes = Buffer.alloc(2 * MAX_RECORD_BYTES);
  /** What is in the way, and since when. */
  #obstacle: { readonly bytes: Buffer; readonly since: number } | undefined;
  #isAsked = false;
  #closed = false;

  private constructor(pipe: number, wake: Pipe, scratch: Pipe) {
    this.#pipe = pipe;
    this.#wake = wake;
    this.#scratch = scratch;
  }

  /**
   * Opens the FIFO, and makes it when it is missing: it does not matter who is started first. The process may give up its
   * rights after that.
   *
   * @throws {UploadPipeError}
   */
  static open(options: UploadReaderOptions = {}): UploadReader {
    const pipe = openPipe(options.pipe ?? UPLOAD_PIPE, options.owner ?? 0);
    try {
      const [wake, scratch] = [makePipe(), makePipe()];
      return new UploadReader(pipe, wake, scratch);
    } catch (error) {
      closeSync(pipe);
      throw error;
    }
  }

  /**
   * Takes the next upload from the pipe, and waits for one if need be. Ask again only after an answer.
   *
   * @returns undefined when the reader has been closed.
   * @throws when the pipe cannot be read.
   */
  next(): Promise<UploadRecord | undefined> {
    if (this.#isAsked) throw new TypeError('asked twice at once');
    if (this.#closed) return Promise.resolve(undefined);
    this.#isAsked = true;
    return this.#next().finally(() => {
      this.#isAsked = false;
      if (this.#closed) this.#release();
    });
  }

  /** Gives the FIFO back; who waits is answered. What is in the pipe stays there while a server has it open. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (!this.#isAsked) this.#release();
    else writeSync(this.#wake.write, 'x');
  }

  async #next(): Promise<UploadRecord | undefined> {
    while (!this.#isClosed()) {
      const look = this.#look();
      if (typeof look === 'object') return look.found;
      if (look === 'again') continue;
      if (look === 'empty') await untilReadable(this.#pipe, this.#wake.read);
      // A thread that waits in read(2) is woken at the same time, and cannot tell us.
      if (!this.#isClosed()) await delay(OTHERS_FIRST_MS);
    }
    return undefined;
  }

  /** Another call may have closed it. */
  #isClosed(): boolean {
    return this.#closed;
  }

  #release(): void {
    const { read, write } = this.#scratch;
    for (const fd of [this.#pipe, this.#wake.read, this.#wake.write, read, write]) closeSync(fd);
  }

  /** Readers of ours exclude each other; writers go on. */
  #look(): Look {
    if (!tryLockFile(this.#pipe, 'exclusive')) return 'later';
    try {
      const head = this.#bytes.subarray(0, peekPipe(this.#pipe, this.#bytes, this.#scratch));
      if (head.length === 0) return 'empty';
      // A C reader, which takes byte by byte, is in the middle of it; or was when it was killed.
      if (head[0] !== RECORD_START) return this.#isLeftBehind(head) ? this.#discard(head) : 'later';
      const parser = new RecordParser();
      for (const [index, byte] of head.entries()) {
        const found = parser.push(byte);
        if (found === undefined) continue;
        this.#take(index + 1);
        this.#obstacle = undefined;
        return { found };
      }
      return head.length >= MAX_RECORD_BYTES ? this.#discard(head) : 'later';
    } finally {
      unlockFile(this.#pipe);
    }
  }

  /** Whether the same bytes have been there for longer than anybody needs. */
  #isLeftBehind(head: Buffer): boolean {
    const now = performance.now();
    if (this.#obstacle === undefined || !head.subarray(0, this.#obstacle.bytes.length).equals(this.#obstacle.bytes)) {
      this.#obstacle = { bytes: Buffer.from(head), since: now };
      return false;
    }
    return now - this.#obstacle.since >= LEFT_BEHIND_MS;
  }

  /** Takes what is no record, up to the next one. */
  #discard(head: Buffer): Look {
    const next = head.indexOf(RECORD_START, 1);
    this.#take(next === -1 ? head.length : next);
    this.#obstacle = undefined;
    return 'again';
  }

  /** In one call: nobody else gets a byte in between. */
  #take(length: number): void {
    readSync(this.#pipe, this.#bytes, 0, length, null);
  }
}
