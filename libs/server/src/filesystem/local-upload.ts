import { closeSync, constants, ftruncateSync } from 'node:fs';

import type { Jail } from '@pure-ftpd/jail';
import { SystemError } from '@pure-ftpd/posix';
import { dirname } from '@pure-ftpd/protocol';

import { FilesystemError, isSystemError } from '../errors.ts';
import { LocalFile } from './local-file.ts';
import { renameToFreeName } from './numbered-name.ts';
import type { TemporaryNames } from './temporary-names.ts';
import type { FileStats, Upload, UploadOptions, VirtualFile } from '../contract/virtual-file.ts';
import { reason } from '../replies/reasons.ts';

/** An upload into a local file. */
export type LocalUpload = UploadInPlace | UploadAtEnd;

/** What arrives is written where it is; the first byte cuts what is beyond the offset. What is not appended stays however it ends. */
interface UploadInPlace extends Upload {
  readonly inPlace: true;
  /** Ends as if it had never been, when it fails: what is appended would be appended twice by who tries again. */
  readonly restores: boolean;
  discard(): void;
  /** Whether what was beyond the offset is gone. */
  readonly isCut: boolean;
  /** Length of the file now, in bytes. */
  readonly length: number;
}

/** What arrives takes its place at the end, in one step, or vanishes. */
interface UploadAtEnd extends Upload {
  readonly inPlace: false;
  /** Makes the temporary file so long, in bytes; what was written has to fit. */
  setLength(bytes: number): void;
  commit(): string | void;
  discard(): void;
}

/**
 * Begins an upload into a local directory.
 *
 * A whole file goes under a temporary name in the same directory and takes its own in one step at the end; what is
 * continued (REST, APPE) is written where it is, since its old content is part of the new.
 */
export function createLocalUpload(
  jail: Jail,
  path: string,
  options: UploadOptions,
  names: TemporaryNames,
): LocalUpload {
  if (options.numbered === true) return placeAtEnd(jail, path, options, undefined, names);
  const existing = jail.lstatIfPresent(path);
  if (existing !== undefined) refuseUnlessFile(existing, path);
  if (existing !== undefined && options.exclusive === true) throw new FilesystemError(reason('fileExists'));
  if (existing !== undefined && (options.append === true || (options.offset ?? 0) > 0)) {
    return continueFile(jail, path, options);
  }
  // A new file takes the place of the old one, but only of one the user could write.
  if (existing !== undefined && options.atomic && !isOwn(existing)) closeSync(jail.openFile(path, 'write').fd);
  if (options.atomic) return placeAtEnd(jail, path, options, existing, names);
  return writeInPlace(jail, path, options, existing === undefined);
}

/** A file of this process's user, who may write it: nobody has to be asked. Root may, but not everything that is his. */
function isOwn({ uid, mode }: FileStats): boolean {
  const user = process.geteuid?.() ?? 0;
  return user !== 0 && uid === user && (mode & constants.S_IWUSR) !== 0;
}

/** With the words of the system for what cannot be written to. */
function refuseUnlessFile({ type }: FileStats, path: string): void {
  if (type === 'file') return;
  throw new SystemError(type === 'dir' ? 'EISDIR' : type === 'link' ? 'ELOOP' : 'EINVAL', 'open', { path });
}

/** APPE, and STOR after REST: the file grows where it is. After REST it keeps what it got even when the rest never comes. */
function continueFile(jail: Jail, path: string, options: UploadOptions): UploadInPlace {
  const { fd, size } = jail.openFile(path, 'write');
  const appends = options.append === true;
  return uploadInPlace(new LocalFile(fd, size), appends ? size : Math.min(options.offset ?? 0, size), appends);
}

/** The whole file under a temporary name, which gets its own at the end. */
function placeAtEnd(
  jail: Jail,
  path: string,
  options: UploadOptions,
  existing: FileStats | undefined,
  names: TemporaryNames,
): LocalUpload {
  let created: { readonly temporary: string; readonly fd: number };
  try {
    created = createTemporary(jail, dirname(path), existing === undefined ? options.mode : 0o600, names);
  } catch (error) {
    // Only the file may be ours to write, not its directory: then it can be written, but not in one step.
    if (existing !== undefined && isSystemError(error) && error.code === 'EACCES')
      return writeInPlace(jail, path, options, false);
    throw error;
  }
  const { temporary, fd } = created;
  const file = new LocalFile(fd, 0);
  const remove = (): void => {
    try {
      jail.unlink(temporary);
    } catch (error) {
      // Somebody else was quicker; anything else leaves a file behind, which must be known.
      if (!isSystemError(error) || error.code !== 'ENOENT') throw error;
      removeMoved(jail, fd);
    } finally {
      file.closeInPool();
    }
    names.giveBack(temporary);
  };
  return {
    inPlace: false,
    file,
    offset: 0,
    setLength: (bytes) => file.setLength(bytes),
    commit(): string | void {
      let placed: string | undefined;
      try {
        if (existing !== undefined) file.becomeAs(existing);
        if (options.numbered === true) {
          placed = renameToFreeName(jail, temporary, path);
        } else if (options.exclusive === true) {
          jail.renameNoReplace(temporary, path);
        } else {
          jail.rename(temporary, path, (current) => refuseUnlessFile(current, path));
        }
      } catch (error) {
        remove();
        throw error;
      }
      names.giveBack(temporary);
      file.close();
      return placed;
    },
    discard: remove,
  };
}

/** Removes a temporary file whose directory may have been renamed: nobody else would find it again, nor might remove it. */
function removeMoved(jail: Jail, fd: number): void {
  // Whatever becomes of it, nothing is in it.
  ftruncateSync(fd);
  const path = jail.pathOfOpen(fd);
  if (path === undefined) return;
  try {
    jail.unlink(path);
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'ENOENT') throw error;
  }
}

/** A new file under a temporary name; under another one, where somebody has made a file of the one that was used before. */
function createTemporary(
  jail: Jail,
  directory: string,
  mode: number | undefined,
  names: TemporaryNames,
): { readonly temporary: string; readonly fd: number } {
  const create = (): { readonly temporary: string; readonly fd: number } => {
    const temporary = names.take(directory);
    try {
      return { temporary, fd: jail.openFile(temporary, 'create-new', mode).fd };
    } catch (error) {
      names.forget(temporary);
      throw error;
    }
  };
  try {
    return create();
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'EEXIST') throw error;
    return create();
  }
}

/** The same file, cut and written where it is: keeps the inode, loses the old content at once. */
function writeInPlace(jail: Jail, path: string, options: UploadOptions, isNew: boolean): UploadInPlace {
  const { fd, size } = jail.openFile(path, options.exclusive === true ? 'create-new' : 'create', options.mode);
  const file = new LocalFile(fd, size);
  const removeEmpty = (): void => {
    const named = jail.lstatIfPresent(path);
    // Somebody else may have written to it, or have put another in its place.
    if (named?.size === 0 && file.is(named)) jail.unlink(path);
  };
  return uploadInPlace(file, 0, options.append === true, isNew ? removeEmpty : undefined);
}

/** A file written where it is. What is beyond the offset goes with the first byte that arrives, not before a client has shown up. */
class FileInPlace implements VirtualFile {
  readonly size: number;
  readonly #file: LocalFile;
  readonly #length: number;
  #cut: boolean;
  /** Where the last byte that was written, or tried to be, is followed by the next. */
  #end: number;

  constructor(file: LocalFile, length: number) {
    this.#file = file;
    this.#length = length;
    this.#cut = length >= file.size;
    this.#end = length;
    this.size = file.size;
  }

  read(buffer: Uint8Array, position: number): number | Promise<number> {
    return this.#file.read(buffer, position);
  }

  write(chunks: readonly Uint8Array[], position: number): void | Promise<void> {
    let bytes = 0;
    for (const chunk of chunks) bytes += chunk.length;
    this.#end = Math.max(this.#end, position + bytes);
    if (this.#cut) return this.#file.write(chunks, position);
    return this.cut().then(() => this.#file.write(chunks, position));
  }

  writeAtOnce(chunk: Uint8Array, position: number): boolean {
    if (!this.#cut || !this.#file.writeAtOnce(chunk, position)) return false;
    this.#end = Math.max(this.#end, position + chunk.length);
    return true;
  }

  get isCut(): boolean {
    return this.#cut;
  }

  /** Its length now, in bytes. */
  get length(): number {
    return this.#file.length;
  }

  async cut(): Promise<void> {
    if (!this.#cut) await this.truncate(this.#length);
  }

  async truncate(size: number): Promise<void> {
    this.#cut = true;
    await this.#file.truncate(size);
  }

  /** Takes back what was written, unless somebody else has written behind it. */
  takeBack(): void {
    this.#file.shrink(this.#length, this.#end);
  }

  close(): void {
    this.#file.close();
  }
}

/**
 * An upload into an existing file from an offset on.
 * @param restores Takes back what was written when the upload fails.
 * @param removeEmpty Removes the file then, where it was made for the upload and nothing is in it.
 */
function uploadInPlace(file: LocalFile, offset: number, restores: boolean, removeEmpty?: () => void): UploadInPlace {
  const inPlace = new FileInPlace(file, offset);
  return {
    inPlace: true,
    restores,
    keepsPart: !restores,
    file: inPlace,
    offset,
    get isCut() {
      return inPlace.isCut;
    },
    get length() {
      return inPlace.length;
    },
    async commit(): Promise<void> {
      try {
        await inPlace.cut();
      } finally {
        inPlace.close();
      }
    },
    discard(): void {
      try {
        if (!restores) return;
        inPlace.takeBack();
        removeEmpty?.();
      } finally {
        inPlace.close();
      }
    },
  };
}
