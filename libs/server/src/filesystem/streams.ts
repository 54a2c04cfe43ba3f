// Files of file systems whose content comes and goes in streams: stores on other machines, archives, generated content.
import { Writable } from 'node:stream';

import type { Awaitable, NamedStats, Upload, VirtualDirectory, VirtualFile } from '../contract/virtual-file.ts';
import { FilesystemError } from '../errors.ts';
import { reason } from '../replies/reasons.ts';
import { SystemError } from '@pure-ftpd/posix';

const NOTHING = new Uint8Array(0);

/** Bytes in pieces: a stream of Node, one of the web, or a generator. */
export type ByteSource = AsyncIterable<Uint8Array>;

/**
 * A file to be read whose content is a stream.
 * @param size Bytes of the file.
 * @param open Begins the stream at a position, in bytes: once for a download, and anew when somebody reads elsewhere. A stream that
 *   is not read to its end is ended (`return` of its iterator).
 */
export function fileFromStream(size: number, open: (position: number) => Awaitable<ByteSource>): VirtualFile {
  return new StreamedFile(size, open);
}

class StreamedFile implements VirtualFile {
  readonly size: number;
  readonly #open: (position: number) => Awaitable<ByteSource>;
  #pieces: AsyncIterator<Uint8Array> | undefined;
  #position = 0;
  /** What has been taken from the stream, and not been read. */
  #rest: Uint8Array = NOTHING;

  constructor(size: number, open: (position: number) => Awaitable<ByteSource>) {
    this.size = size;
    this.#open = open;
  }

  async read(buffer: Uint8Array, position: number): Promise<number> {
    if (position >= this.size) return 0;
    if (this.#pieces === undefined || position !== this.#position) await this.#begin(position);
    if (this.#rest.length === 0) this.#rest = await this.#piece();
    const bytes = Math.min(this.#rest.length, buffer.length);
    buffer.set(this.#rest.subarray(0, bytes));
    this.#rest = this.#rest.subarray(bytes);
    this.#position += bytes;
    return bytes;
  }

  write(): never {
    throw new FilesystemError(reason('unsupported'));
  }

  truncate(): never {
    throw new FilesystemError(reason('unsupported'));
  }

  async close(): Promise<void> {
    const pieces = this.#pieces;
    this.#pieces = undefined;
    this.#rest = NOTHING;
    await pieces?.return?.();
  }

  async #begin(position: number): Promise<void> {
    await this.close();
    this.#position = position;
    this.#pieces = (await this.#open(position))[Symbol.asyncIterator]();
  }

  /** The next piece that is not empty; an empty one at the end. */
  async #piece(): Promise<Uint8Array> {
    for (;;) {
      const next = await this.#pieces?.next();
      if (next === undefined || next.done === true) return NOTHING;
      const piece: unknown = next.value;
      if (!(piece instanceof Uint8Array)) throw new TypeError('a stream of a file has to give bytes');
      if (piece.length > 0) return piece;
    }
  }
}

/** What becomes of an upload besides the end of its stream. */
export interface StreamedUploadOptions {
  /** Where in the file the stream begins, in bytes. */
  readonly offset?: number;
  /** All has been written, and the stream has ended: what this throws, the client hears. It may answer the path the file has got. */
  commit?(): Awaitable<string | void>;
  /** The upload has failed, and the stream was aborted: nothing of it should stay. */
  discard?(): Awaitable<void>;
}

/**
 * An upload whose content goes into a stream, in order. A slow stream makes the client wait; an upload that fails aborts it.
 * @param stream Of the web, or of Node; it is this upload's from now on.
 */
export function uploadToStream(
  stream: WritableStream<Uint8Array> | Writable,
  options: StreamedUploadOptions = {},
): Upload {
  const writer = (stream instanceof Writable ? Writable.toWeb(stream) : stream).getWriter();
  // Its failure is that of the next write, or of the end.
  writer.closed.catch(() => undefined);
  const { offset = 0 } = options;
  return {
    offset,
    file: new StreamSink(writer, offset),
    async commit() {
      await writer.close();
      return options.commit?.();
    },
    async discard() {
      await writer.abort(new Error('the upload has failed')).catch(() => undefined);
      await options.discard?.();
    },
  };
}

class StreamSink implements VirtualFile {
  readonly size: number;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  #end: number;

  constructor(writer: WritableStreamDefaultWriter<Uint8Array>, offset: number) {
    this.#writer = writer;
    this.size = offset;
    this.#end = offset;
  }

  read(): never {
    throw new FilesystemError(reason('unsupported'));
  }

  async write(chunks: readonly Uint8Array[], position: number): Promise<void> {
    if (position !== this.#end) throw new FilesystemError(reason('unsupported'));
    for (const chunk of chunks) {
      await this.#writer.ready;
      // The stream may keep what it gets, and the chunk is somebody else's after this.
      await this.#writer.write(Uint8Array.from(chunk));
      this.#end += chunk.length;
    }
  }

  truncate(size: number): void {
    if (size !== this.#end) throw new FilesystemError(reason('unsupported'));
  }

  close(): void {
    return;
  }
}

/**
 * A directory whose entries come one after the other, with what they are: pages of another machine's answer.
 * @param entries Asked for once, when somebody lists the directory.
 */
export function directoryFromEntries(entries: AsyncIterable<NamedStats> | Iterable<NamedStats>): VirtualDirectory {
  const known = new Map<string, NamedStats>();
  const entry = (name: string): NamedStats => {
    const stats = known.get(name);
    if (stats === undefined) throw new SystemError('ENOENT', 'lstat', { path: name });
    return stats;
  };
  return {
    async names() {
      for await (const stats of entries) known.set(stats.name, stats);
      return [...known.keys()];
    },
    lstat: entry,
    lstatAll: (names) => names.map((name) => known.get(name)),
    readlink(name) {
      throw new SystemError('EINVAL', 'readlink', { path: name });
    },
    close: () => known.clear(),
  };
}

/**
 * A directory that comes in pages, in the order of names: plain listings of it begin with its first page and keep none, however
 * many there are. Only who wants them in another order waits for all.
 * @param pages Asked anew each time somebody goes through the directory. Who stops early ends it (`return` of its iterator).
 */
export function directoryFromPages(pages: () => AsyncIterable<readonly NamedStats[]>): VirtualDirectory {
  return { ...directoryFromEntries(flat(pages)), pages };
}

async function* flat(pages: () => AsyncIterable<readonly NamedStats[]>): AsyncGenerator<NamedStats> {
  for await (const page of pages()) yield* page;
}
