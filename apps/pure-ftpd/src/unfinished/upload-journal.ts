// The temporary files of a server on disk, so that the next start finds what this one leaves if it is killed: a file for each
// server, in a folder beside the scoreboard, which is its user's alone. Whoever has the lock of a file is its server, and lives.
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  unlinkSync,
  writeSync,
} from 'node:fs';

import { isFileLockAvailable, tryLockFile } from '@pure-ftpd/posix';
import { integer, isSystemError, listOf, MessageViolation, shape } from '@pure-ftpd/server/internal';

import { temporaryName, type UnfinishedUpload, unfinishedFields } from './unfinished-upload.ts';

/** Whose upload it is: who has to remove what is left of it. */
export interface Uploader {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

/** An upload under way, and whose. */
export type KnownUpload = UnfinishedUpload & Uploader;

const PREFIX = 'uploads-';

/** Bytes from which on what has ended is left out. */
const LARGE = 1_048_576;

/** Bytes of a file that are read at most: a hundred thousand uploads, and some. */
const READ_LIMIT = 64 * LARGE;

/** Groups of a process in Linux. */
const GROUPS_LIMIT = 65_536;

const NEW = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
const OLD = constants.O_RDWR | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

const id = integer(0, 2 ** 32 - 2);
const beganLine = shape({ uid: id, gid: id, groups: listOf(id, GROUPS_LIMIT), ...unfinishedFields });
const endedLine = shape({ ended: temporaryName });

/** The uploads of one server, on disk. Without a directory that may be trusted nothing is kept. */
export class UploadJournal {
  readonly #directory: string | undefined;
  readonly #failed: (error: Error) => void;
  readonly #uploads = new Map<string, KnownUpload>();
  #file: { readonly fd: number; readonly path: string } | undefined;
  /** Where the next line goes. What is behind it is said of uploads that have ended. */
  #end = 0;
  /** Where the next line went when it was last written anew. */
  #kept = 0;
  #isFailing = false;

  /**
   * @param directory Of this process's user alone; undefined where there is none.
   * @param failed Hears once that it cannot be written.
   */
  constructor(directory: string | undefined, failed: (error: Error) => void) {
    this.#failed = failed;
    this.#directory = directory !== undefined && isFileLockAvailable() && isOwn(directory) ? directory : undefined;
  }

  /**
   * Makes its file, and takes over what dead servers have left: that is under way here from now on. Called once, while the
   * process is who the directory belongs to.
   */
  open(): readonly KnownUpload[] {
    if (this.#directory === undefined) return [];
    try {
      this.#file = newFile(this.#directory);
      for (const name of readdirSync(this.#directory)) if (name.startsWith(PREFIX)) this.#takeOver(name);
    } catch (error) {
      this.#fail(error);
    }
    return [...this.#uploads.values()];
  }

  began(upload: KnownUpload): void {
    this.#uploads.set(upload.name, upload);
    this.#append(upload);
  }

  ended(name: string): void {
    if (!this.#uploads.delete(name)) return;
    // Lines are written over from the first on: that one has begun is lost before that it has ended. What stays of the last
    // ones costs the next start a look each, and nobody has to wait for its end to be written.
    if (this.#uploads.size === 0) this.#end = 0;
    else if (this.#end > 2 * this.#kept + LARGE) this.#rewrite();
    else this.#append({ ended: name });
  }

  /** Takes the file away, unless something is left for the next start. */
  close(): void {
    if (this.#file === undefined) return;
    const { fd, path } = this.#file;
    this.#file = undefined;
    if (this.#uploads.size === 0) {
      // Lines of what has ended are left in it, and it may be left itself.
      ftruncateSync(fd);
      remove(path);
    }
    closeSync(fd);
  }

  #takeOver(name: string): void {
    const path = `${this.#directory}/${name}`;
    if (path === this.#file?.path) return;
    const fd = openOld(path);
    if (fd === undefined) return;
    try {
      // The file of a server that lives, or one that another start has just taken over.
      if (!tryLockFile(fd, 'exclusive') || fstatSync(fd).nlink === 0) return;
      for (const upload of readUploads(fd)) this.began(upload);
      remove(path);
    } finally {
      closeSync(fd);
    }
  }

  #append(line: object): void {
    const text = lineOf(line);
    this.#write((fd) => {
      const position = this.#end;
      // What could not be written whole is no line, and is followed by the end of one.
      this.#end += text.length;
      put(fd, text, position);
    });
  }

  /** Writes what is under way, and nothing else. Whenever it is killed in between, lines behind the new ones say nothing that is wrong. */
  #rewrite(): void {
    const text = Buffer.concat([...this.#uploads.values()].map(lineOf));
    this.#write((fd) => {
      this.#end = text.length;
      this.#kept = text.length;
      if (text.length > 0) put(fd, text, 0);
      ftruncateSync(fd, text.length);
    });
  }

  #write(work: (fd: number) => void): void {
    if (this.#file === undefined) return;
    try {
      work(this.#file.fd);
      this.#isFailing = false;
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (!isSystemError(error)) throw error;
    if (!this.#isFailing) this.#failed(error);
    this.#isFailing = true;
  }
}

/** A directory that nobody else writes to. */
function isOwn(directory: string): boolean {
  try {
    const { uid, mode } = lstatSync(directory);
    return uid === process.geteuid?.() && (mode & constants.S_IFMT) === constants.S_IFDIR && (mode & 0o077) === 0;
  } catch (error) {
    // The scoreboard says why there is none.
    if (isSystemError(error)) return false;
    throw error;
  }
}

/** A file that is locked, and that nobody has taken over before it was. */
function newFile(directory: string): { readonly fd: number; readonly path: string } {
  for (;;) {
    const path = `${directory}/${PREFIX}${randomUUID()}`;
    const fd = openSync(path, NEW, 0o600);
    if (tryLockFile(fd, 'exclusive') && fstatSync(fd).nlink > 0) return { fd, path };
    closeSync(fd);
  }
}

/** Undefined when somebody else has removed it. */
function openOld(path: string): number | undefined {
  try {
    return openSync(path, OLD);
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    // Taken away by somebody else; or this process has given up the right to: the next start finds it empty.
    if (!isSystemError(error)) throw error;
  }
}

/** Between two ends of lines: what was cut short is before it, and what it was written over is behind it. */
function lineOf(line: object): Buffer {
  return Buffer.from(`\n${JSON.stringify(line)}\n`);
}

function put(fd: number, text: Buffer, position: number): void {
  for (let done = 0; done < text.length;) done += writeSync(fd, text, done, text.length - done, position + done);
}

/** What was under way. A line that was cut short, or was written by nobody of ours, is no line. */
function readUploads(fd: number): Iterable<KnownUpload> {
  const uploads = new Map<string, KnownUpload>();
  for (const text of readText(fd).split('\n')) {
    const began = checked(beganLine, text);
    if (began !== undefined) uploads.set(began.name, began);
    const ended = began === undefined ? checked(endedLine, text) : undefined;
    if (ended !== undefined) uploads.delete(ended.ended);
  }
  return uploads.values();
}

function checked<Value>(check: (value: unknown, field: string) => Value, text: string): Value | undefined {
  try {
    const line: unknown = JSON.parse(text);
    return check(line, 'line');
  } catch (error) {
    if (error instanceof MessageViolation || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function readText(fd: number): string {
  const content = Buffer.alloc(Math.min(fstatSync(fd).size, READ_LIMIT));
  let length = 0;
  for (let read = -1; read !== 0 && length < content.length; length += read)
    read = readSync(fd, content, length, content.length - length, length);
  return content.toString('utf8', 0, length);
}
