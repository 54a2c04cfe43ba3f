import { randomBytes } from 'node:crypto';
import { fdatasync, fstatSync, ftruncateSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';

import { lockFile, lockFileSync, unlockFile } from '@pure-ftpd/posix';

import { JournalError } from './journal-error.ts';
import { closeJournal, type JournalFiles, openJournal, SEGMENTS } from './journal-folder.ts';
import { decodeLine, encodeLine, linesFrom } from './journal-line.ts';
import { readPosition } from './reader-position.ts';
import { beginSegment, readHeader, type SegmentHeader } from './segment.ts';
import { fromJson, type StoredUpload, toJson } from './upload-event.ts';

/** What becomes of uploads for which there is no room: none are begun, or the oldest events make room. */
export type WhenFull = 'refuse' | 'drop';

/** How a journal is written. */
export interface JournalWriterOptions {
  /** Bytes of all events. */
  readonly size: number;
  readonly whenFull: WhenFull;
  /** Hears that it is full, and that it is not any more. */
  readonly onFull?: (isFull: boolean) => void;
  /** Hears of events that somebody has not read, or nobody, and that are gone. */
  readonly onDropped?: (count: number) => void;
  /** Hears of events that are there from now on. */
  readonly onWritten?: () => void;
}

/** How often is looked whether readers have made room, in milliseconds. */
const LOOK_EVERY_MS = 200;

/** More events than a power failure takes: a position that is further ahead is none. */
const MOST_UNKEPT = 1_000_000;

const sync = promisify(fdatasync);

interface Waiting {
  readonly upload: StoredUpload;
  readonly time: number;
  readonly written: PromiseWithResolvers<void>;
}

/** Where the next event goes. */
interface Place {
  readonly index: number;
  readonly header: SegmentHeader;
  readonly end: number;
  /** The number of the next event. */
  readonly next: number;
}

/**
 * Writes finished uploads down. Events are in a ring of files; a file is used again when all readers have done with it. Any number of
 * processes may write at a time, and whoever is killed in the middle leaves a part of a line, which the next one takes away.
 */
export class JournalWriter {
  readonly #files: JournalFiles;
  readonly #options: JournalWriterOptions;
  /** Distinguishes events from those of others, and of journals that have begun anew. */
  readonly #run = randomBytes(8).toString('hex');
  #place: Place;
  #waiting: Waiting[] = [];
  #isWriting = false;
  #isFull = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;
  /** Fulfilled when what was taken for writing last is written. */
  #last: Promise<void> = Promise.resolve();

  private constructor(files: JournalFiles, options: JournalWriterOptions) {
    this.#files = files;
    this.#options = options;
    lockFileSync(files.lock, 'exclusive');
    try {
      this.#place = this.#find();
      this.#passReaders();
    } finally {
      unlockFile(files.lock);
    }
    this.#look();
  }

  /**
   * Opens a journal, and makes it where there is none. The process may give up its rights after that.
   *
   * @throws {JournalError}
   */
  static open(folder: string, options: JournalWriterOptions): JournalWriter {
    const files = openJournal(folder);
    try {
      return new JournalWriter(files, options);
    } catch (error) {
      closeJournal(files);
      throw new JournalError('UNAVAILABLE', `${folder} cannot be read`, { cause: error });
    }
  }

  /** Its files: they are the writer's to close. */
  get files(): JournalFiles {
    return this.#files;
  }

  /** How many events the slowest reader has not done with; all that are there where nobody reads. */
  get unread(): number {
    const { next } = this.#place;
    const first = Math.min(next, ...this.#files.segments.flatMap((fd) => readHeader(fd)?.first ?? []));
    const positions = this.#positions();
    const done = positions.length === 0 ? first : Math.min(next, ...positions);
    return next - Math.max(first, done);
  }

  /** Whether uploads should not begin. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /**
   * Writes an event down. Those that come while others are on their way to the disk share the next.
   *
   * @throws when it is not kept.
   */
  append(upload: StoredUpload): Promise<void> {
    if (this.#isClosed) return Promise.reject(new JournalError('UNAVAILABLE', 'the journal is closed'));
    const written = Promise.withResolvers<void>();
    this.#waiting.push({ upload, time: Date.now(), written });
    if (!this.#isWriting) void this.#write();
    return written.promise;
  }

  /** Comes back when all is written. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#last;
    closeJournal(this.#files);
  }

  async #write(): Promise<void> {
    const done = Promise.withResolvers<void>();
    this.#isWriting = true;
    this.#last = done.promise;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      await this.#writeTogether(batch);
    }
    this.#isWriting = false;
    done.resolve();
  }

  async #writeTogether(batch: readonly Waiting[]): Promise<void> {
    const kept: Waiting[] = [];
    const touched = new Set<number>();
    try {
      await lockFile(this.#files.lock, 'exclusive');
      try {
        this.#follow();
        for (const waiting of batch) {
          try {
            touched.add(this.#put(waiting));
            kept.push(waiting);
          } catch (error) {
            waiting.written.reject(error);
          }
        }
      } finally {
        unlockFile(this.#files.lock);
      }
      await Promise.all([...touched].map((fd) => sync(fd)));
    } catch (error) {
      for (const { written } of batch) written.reject(error);
      return;
    }
    for (const { written } of kept) written.resolve();
    this.#options.onWritten?.();
    this.#look();
  }

  /** @returns The file that it is in. */
  #put({ upload, time }: Waiting): number {
    if (this.#place.end >= this.#segmentSize) this.#turn();
    const { index, end, next } = this.#place;
    const fd = this.#fd(index);
    const line = encodeLine(toJson({ ...upload, time, sequence: next, id: `${this.#run}-${next}` }));
    if (end + line.length > this.#segmentSize + this.#options.size)
      throw new JournalError('FULL', 'the journal of uploads is full');
    try {
      for (let done = 0; done < line.length;) done += writeSync(fd, line, done, line.length - done, end + done);
    } catch (error) {
      ftruncateSync(fd, end);
      throw error;
    }
    this.#place = { ...this.#place, end: end + line.length, next: next + 1 };
    return fd;
  }

  /** Goes on in the next file, if that may be used. */
  #turn(): void {
    const unread = this.#unreadInNext();
    if (unread > 0 && this.#options.whenFull === 'refuse') return;
    const index = (this.#place.index + 1) % SEGMENTS;
    const header = beginSegment(this.#fd(index), this.#place.next);
    this.#place = { index, header, end: header.length, next: this.#place.next };
    if (unread > 0) this.#options.onDropped?.(unread);
  }

  /** Events of the oldest file that some reader has not done with; all of them where nobody reads. */
  #unreadInNext(): number {
    const { index } = this.#place;
    const oldest = readHeader(this.#fd((index + 1) % SEGMENTS));
    if (oldest === undefined) return 0;
    const after = readHeader(this.#fd((index + 2) % SEGMENTS))?.first ?? this.#place.header.first;
    const positions = this.#positions();
    const done = positions.length === 0 ? oldest.first : Math.max(oldest.first, Math.min(...positions));
    return Math.max(0, after - done);
  }

  #positions(): number[] {
    return this.#files.readers.flatMap((fd) => readPosition(fd)?.next ?? []);
  }

  /** Takes note of what others have written. */
  #follow(): void {
    const { index, header, end, next } = this.#place;
    const fd = this.#fd(index);
    const isSame = readHeader(fd)?.first === header.first;
    const isLast = (readHeader(this.#fd((index + 1) % SEGMENTS))?.first ?? 0) <= header.first;
    if (!isSame || !isLast) {
      this.#place = this.#find();
      return;
    }
    if (fstatSync(fd).size !== end) this.#place = { ...this.#place, ...scan(fd, end, next) };
  }

  /** The file that was begun last. */
  #find(): Place {
    const headers = this.#files.segments.map((fd) => readHeader(fd));
    const index = headers.reduce(
      (last, header, at) => ((header?.first ?? -1) > (headers[last]?.first ?? -1) ? at : last),
      0,
    );
    const fd = this.#fd(index);
    const header = headers[index] ?? beginSegment(fd, 1);
    return { index, header, ...scan(fd, header.length, header.first) };
  }

  /** What a reader has heard of may have been lost with the power: no number is used twice. */
  #passReaders(): void {
    const { next } = this.#place;
    const positions = this.#positions().filter((position) => position - next < MOST_UNKEPT);
    this.#place = { ...this.#place, next: Math.max(next, ...positions) };
  }

  #look(): void {
    const isFull =
      this.#options.whenFull === 'refuse' && this.#place.end >= this.#segmentSize && this.#unreadInNext() > 0;
    if (isFull !== this.#isFull) {
      this.#isFull = isFull;
      this.#options.onFull?.(isFull);
    }
    clearTimeout(this.#timer);
    if (isFull && !this.#isClosed) this.#timer = setTimeout(() => this.#look(), LOOK_EVERY_MS).unref();
  }

  get #segmentSize(): number {
    return Math.ceil(this.#options.size / SEGMENTS);
  }

  #fd(index: number): number {
    const fd = this.#files.segments[index];
    if (fd === undefined) throw new RangeError(`there is no file ${index}`);
    return fd;
  }
}

/** Where the events of a file end, and the number of the next one. A line that was cut short is taken away. */
function scan(fd: number, from: number, first: number): { readonly end: number; readonly next: number } {
  let [end, next] = [from, first];
  for (const found of linesFrom(fd, from)) {
    end = found.next;
    const sequence = fromJson(decodeLine(found.line))?.sequence ?? 0;
    next = Math.max(next, sequence + 1);
  }
  if (fstatSync(fd).size > end) ftruncateSync(fd, end);
  return { end, next };
}
