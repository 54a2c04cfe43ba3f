import type { FileStats } from '@pure-ftpd/jail';

export type { FileStats };

/** A value, or a promise of it. Extension points may answer at once or later. */
export type Awaitable<T> = T | Promise<T>;

/** An open file of a file system. Positions are bytes from its start. */
export interface VirtualFile {
  /** Size, in bytes, when it was opened. */
  readonly size: number;
  /** Reads into a buffer from a position; answers the number of bytes, 0 at the end. */
  read(buffer: Uint8Array, position: number): Awaitable<number>;
  /**
   * Reads as {@link read} does, but while this thread goes on; left out where {@link read} always does, or never can.
   */
  readInPool?(buffer: Uint8Array, position: number): Promise<number>;
  /**
   * Sends part of the file to a socket past this process; left out where that cannot be. What it does not send is read.
   * @param socket A descriptor.
   * @param bytes How many, at most.
   * @returns Bytes that were taken: none when the socket has no room, or is broken, at the end of the file, and when it would
   *   take long.
   */
  sendTo?(socket: number, position: number, bytes: number): number;
  /** Writes all chunks, one after the other, from a position on. */
  write(chunks: readonly Uint8Array[], position: number): Awaitable<void>;
  /**
   * Writes at once, if that does not take long; left out where it always may.
   * @param chunk Is somebody else's again after the call.
   * @returns False when nothing was written: {@link write} is for it.
   */
  writeAtOnce?(chunk: Uint8Array, position: number): boolean;
  /** Makes the file this long. */
  truncate(size: number): Awaitable<void>;
  close(): Awaitable<void>;
}

/** An upload under way. Exactly one of `commit` and `discard` is called, once. */
export interface Upload {
  readonly file: VirtualFile;
  /** Where in the file the client's first byte goes. */
  readonly offset: number;
  /** Whether what came stays in the file when the upload fails, so that it can be continued. */
  readonly keepsPart?: boolean;
  /** Whether what comes is under the file's name at once, and not at the end only; left out where nobody has to know. */
  readonly inPlace?: boolean;
  /**
   * The upload is complete: the file appears, or stays, under its name. Closes the file.
   * @returns The virtual path it has got, where that is another than was asked for.
   */
  commit(): Awaitable<string | void>;
  /** The upload failed: what was there before stays, unless {@link keepsPart}. Closes the file. */
  discard(): Awaitable<void>;
}

/** How an upload begins. */
export interface UploadOptions {
  /** Continue an existing file at this position instead of replacing it (REST). */
  readonly offset?: number;
  /** Continue an existing file at its end (APPE). */
  readonly append?: boolean;
  /** Never replace an existing file (STOU). */
  readonly exclusive?: boolean;
  /** Never replace an existing file, and always store: a name that is taken at the end becomes `name.1`, `name.2` and so on. */
  readonly numbered?: boolean;
  /** Permission bits of a new file. */
  readonly mode: number;
  /** Replace the file in one step at the end, so that an aborted upload leaves the old content. */
  readonly atomic: boolean;
}

/** An entry of a directory that is told with its name. */
export interface NamedStats extends FileStats {
  readonly name: string;
}

/** An open directory: its names, and what is behind each without looking the directory up again. */
export interface VirtualDirectory {
  names(): Awaitable<string[]>;
  lstat(name: string): Awaitable<FileStats>;
  /**
   * What several entries are, in their order, undefined for one that has gone; left out where that takes long. Who it fails for
   * asks for them one by one.
   */
  lstatAll?(names: readonly string[]): (FileStats | undefined)[];
  readlink(name: string): Awaitable<string>;
  /**
   * The entries with what they are, a page at a time, in the order of their names within a page and about so from page to page; left out
   * where all names come at once. Listings that are asked for in no other order send each page as it comes, and keep none.
   */
  pages?(): AsyncIterable<readonly NamedStats[]>;
  close(): Awaitable<void>;
}
