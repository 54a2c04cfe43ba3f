import { closeSync, fdatasync } from 'node:fs';

import { tryLockFile } from '@pure-ftpd/posix';

import { JournalError } from './journal-error.ts';
import { closeJournal, openJournal } from './journal-folder.ts';
import { decodeLine, linesFrom } from './journal-line.ts';
import { PositionWriter, readPosition } from './reader-position.ts';
import { slotOf } from './reader-slots.ts';
import { readHeader } from './segment.ts';
import { fromJson, type UploadEvent } from './upload-event.ts';

/** How a journal is read. */
export interface JournalReaderOptions {
  /** Hears of events that are gone before they were read. */
  readonly onLost?: (count: number) => void;
}

/** Events that are read ahead. */
const AHEAD = 256;
/** How often is looked when nobody says that there is something, in milliseconds. */
const LOOK_EVERY_MS = 500;
/** How often positions are taken to the disk, in milliseconds: without that they outlive a process, and no power failure. */
const SYNC_EVERY_MS = 1000;

/**
 * Reads a journal under a name, each event at least once: what was not done with when the process ended is read again. A new name begins
 * with the oldest event there is.
 */
export class JournalReader {
  readonly #segments: readonly number[];
  readonly #slot: number;
  readonly #position: PositionWriter;
  readonly #options: JournalReaderOptions;
  readonly #release: () => void;
  /** Events that were handed out, and are not done with: in their order. */
  readonly #open = new Set<number>();
  /** The number of the next event to be read. */
  #next: number;
  /** Where it is looked for. */
  #at: { readonly fd: number; readonly first: number; readonly offset: number } | undefined;
  #ahead: UploadEvent[] = [];
  #wake: (() => void) | undefined;
  #syncing: NodeJS.Timeout | undefined;
  #isClosed = false;

  /**
   * @param slot The file of its position, locked.
   * @param release Closes the files.
   */
  private constructor(
    segments: readonly number[],
    slot: number,
    name: string,
    options: JournalReaderOptions,
    release: () => void,
  ) {
    this.#segments = segments;
    this.#slot = slot;
    this.#options = options;
    this.#release = release;
    this.#position = new PositionWriter(slot, name);
    this.#next = readPosition(slot)?.next ?? 0;
  }

  /**
   * Opens a journal, and makes it where there is none. The process may give up its rights after that.
   *
   * @throws {JournalError}
   */
  static open(folder: string, name: string, options: JournalReaderOptions = {}): JournalReader {
    const files = openJournal(folder);
    try {
      const slot = slotOf(files, name);
      if (!tryLockFile(slot, 'exclusive'))
        throw new JournalError('BUSY', `another process reads the journal as ${name}`);
      return new JournalReader(files.segments, slot, name, options, () => closeJournal(files));
    } catch (error) {
      closeJournal(files);
      throw error;
    }
  }

  /** Reads by descriptors that another process has opened, and whose slot it has claimed. */
  static over(
    segments: readonly number[],
    slot: number,
    name: string,
    options: JournalReaderOptions = {},
  ): JournalReader {
    return new JournalReader(segments, slot, name, options, () => {
      for (const fd of [...segments, slot]) closeSync(fd);
    });
  }

  /** The next event; waits for one if need be. Undefined when the reader has been closed. */
  async next(): Promise<UploadEvent | undefined> {
    for (;;) {
      if (this.#isClosed) return undefined;
      if (this.#ahead.length === 0) this.#readAhead();
      const event = this.#ahead.shift();
      if (event !== undefined) {
        this.#open.add(event.sequence);
        return event;
      }
      await this.#untilWoken();
    }
  }

  /** An event is done with: it is not read again. */
  done({ sequence }: UploadEvent): void {
    if (this.#isClosed || !this.#open.delete(sequence)) return;
    const [first] = this.#open;
    this.#position.write(first ?? this.#ahead[0]?.sequence ?? this.#next);
    this.#syncing ??= setTimeout(() => {
      this.#syncing = undefined;
      // What fails now is tried again with the next one.
      if (!this.#isClosed) fdatasync(this.#slot, () => undefined);
    }, SYNC_EVERY_MS).unref();
  }

  /** Somebody has heard that there is something. */
  wake(): void {
    this.#wake?.();
  }

  /** What is not done with is read again by the next of this name. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#syncing);
    this.wake();
    this.#release();
  }

  async #untilWoken(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, LOOK_EVERY_MS);
    this.#wake = resolve;
    await promise;
    clearTimeout(timer);
    this.#wake = undefined;
  }

  #readAhead(): void {
    for (;;) {
      const at = (this.#at ??= this.#locate());
      if (at === undefined) return;
      // Looked for first: what is written to this one has been written before another was begun.
      const isPast = this.#segments.some((fd) => (readHeader(fd)?.first ?? 0) > at.first);
      const read = this.#readFrom(at);
      // The file was used again meanwhile, for others.
      if (readHeader(at.fd)?.first !== at.first) {
        this.#at = undefined;
        continue;
      }
      this.#take(read);
      if (this.#ahead.length > 0) return;
      if (read.offset > at.offset) continue;
      if (!isPast) return;
      const after = this.#locate(at.first + 1);
      if (after === undefined) return;
      this.#at = after;
    }
  }

  #take({ events, offset }: { readonly events: readonly UploadEvent[]; readonly offset: number }): void {
    if (this.#at !== undefined) this.#at = { ...this.#at, offset };
    for (const event of events) {
      if (event.sequence < this.#next) continue;
      this.#lose(event.sequence - this.#next);
      this.#next = event.sequence + 1;
      this.#ahead.push(event);
    }
  }

  /** What cannot be read is passed over: a line that was cut short belongs to no upload whose client knows of it. */
  #readFrom({ fd, offset: from }: { readonly fd: number; readonly offset: number }): {
    readonly events: readonly UploadEvent[];
    readonly offset: number;
  } {
    const events: UploadEvent[] = [];
    let offset = from;
    for (const { line, next } of linesFrom(fd, from)) {
      const event = fromJson(decodeLine(line));
      if (event !== undefined) events.push(event);
      offset = next;
      if (events.length >= AHEAD) break;
    }
    return { events, offset };
  }

  /**
   * The file that the next event is in, or will be.
   * @param atLeast It begins with this one or a later one.
   */
  #locate(atLeast = 0): { readonly fd: number; readonly first: number; readonly offset: number } | undefined {
    const files = this.#segments
      .flatMap((fd) => {
        const header = readHeader(fd);
        return header === undefined ? [] : [{ fd, first: header.first, offset: header.length }];
      })
      .filter(({ first }) => first >= atLeast)
      .toSorted((one, other) => one.first - other.first);
    const [oldest] = files;
    if (oldest === undefined) return undefined;
    if (atLeast > 0) return oldest;
    if (this.#next < oldest.first) {
      this.#lose(oldest.first - this.#next);
      this.#next = oldest.first;
    }
    return files.findLast(({ first }) => first <= this.#next);
  }

  #lose(count: number): void {
    if (count > 0) this.#options.onLost?.(count);
  }
}
