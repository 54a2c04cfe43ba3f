import fs from 'node:fs';
import { promisify } from 'node:util';

import { isSendfileAvailable, trySendfile } from '@pure-ftpd/posix';

import { isSystemError } from '../errors.ts';
import { CallPace } from './call-pace.ts';
import type { VirtualFile } from '../contract/virtual-file.ts';

const readAsync = promisify(fs.read);
const writevAsync = promisify(fs.writev);
const truncateAsync = promisify(fs.ftruncate);

/** Larger pieces are written by the thread pool, however quick the disk: other sessions wait for the copy. */
const AT_ONCE_LIMIT = 1024 * 1024;

/** A regular file of this machine, by its descriptor, which it owns. */
export class LocalFile implements VirtualFile {
  readonly size: number;
  readonly #pace = new CallPace();
  #fd: number;

  constructor(fd: number, size: number) {
    this.#fd = fd;
    this.size = size;
  }

  read(buffer: Uint8Array, position: number): number | Promise<number> {
    if (buffer.length > AT_ONCE_LIMIT || !this.#pace.atOnce()) return this.readInPool(buffer, position);
    const before = performance.now();
    const count = fs.readSync(this.#fd, buffer, 0, buffer.length, position);
    this.#pace.took(performance.now() - before);
    return count;
  }

  async readInPool(buffer: Uint8Array, position: number): Promise<number> {
    const { bytesRead } = await readAsync(this.#fd, buffer, 0, buffer.length, position);
    return bytesRead;
  }

  sendTo(socket: number, position: number, bytes: number): number {
    if (!isSendfileAvailable() || !this.#pace.atOnce()) return 0;
    const before = performance.now();
    const sent = trySendfile(socket, this.#fd, position, bytes);
    this.#pace.took(performance.now() - before);
    return Math.max(0, sent);
  }

  write(chunks: readonly Uint8Array[], position: number): void | Promise<void> {
    let total = 0;
    for (const chunk of chunks) total += chunk.length;
    if (total > AT_ONCE_LIMIT || !this.#pace.atOnce()) return this.#writeInPool(chunks, position, total);
    const before = performance.now();
    this.#writeAll(chunks, position, total);
    this.#pace.took(performance.now() - before);
  }

  writeAtOnce(chunk: Uint8Array, position: number): boolean {
    if (!this.#pace.isQuick) return false;
    const before = performance.now();
    this.#writeAll([chunk], position, chunk.length);
    this.#pace.took(performance.now() - before);
    return true;
  }

  #writeAll(chunks: readonly Uint8Array[], position: number, total: number): void {
    let rest = chunks;
    for (let written = 0; written < total;) {
      const count = fs.writevSync(this.#fd, rest, position + written);
      written += count;
      if (written < total) rest = skip(rest, count);
    }
  }

  async #writeInPool(chunks: readonly Uint8Array[], position: number, total: number): Promise<void> {
    let rest = chunks;
    let written = 0;
    while (written < total) {
      const { bytesWritten } = await writevAsync(this.#fd, rest, position + written);
      written += bytesWritten;
      if (written < total) rest = skip(rest, bytesWritten);
    }
  }

  truncate(size: number): Promise<void> {
    return truncateAsync(this.#fd, size);
  }

  /** Makes the file this long, if it is longer now, but no longer than the other size. */
  shrink(size: number, ifAtMost: number): void {
    const now = fs.fstatSync(this.#fd).size;
    if (now > size && now <= ifAtMost) fs.ftruncateSync(this.#fd, size);
  }

  /** Whether a node is this file. */
  is({ dev, ino }: { readonly dev: number; readonly ino: number }): boolean {
    const own = fs.fstatSync(this.#fd);
    return own.dev === dev && own.ino === ino;
  }

  /** Its length now, in bytes. */
  get length(): number {
    return fs.fstatSync(this.#fd).size;
  }

  /** Makes it so long at once: for a file that is made longer, or a little shorter. */
  setLength(bytes: number): void {
    fs.ftruncateSync(this.#fd, bytes);
  }

  /** Gives it the mode of another file, and its owner as far as the process may say so. @throws the errors of `fchmod` */
  becomeAs({ uid, gid, mode }: { readonly uid: number; readonly gid: number; readonly mode: number }): void {
    const own = fs.fstatSync(this.#fd);
    if (own.uid !== uid || own.gid !== gid) {
      try {
        fs.fchownSync(this.#fd, uid, gid);
      } catch (error) {
        // Not allowed to give files away: the new file is the uploader's, as any new file is.
        if (!isSystemError(error) || (error.code !== 'EPERM' && error.code !== 'EINVAL')) throw error;
      }
    }
    fs.fchmodSync(this.#fd, mode & 0o1777);
  }

  close(): void {
    const fd = this.#takeDescriptor();
    if (fd !== undefined) fs.closeSync(fd);
  }

  /** Closes a file that has no name any more: to free what is in it may take the kernel long. */
  closeInPool(): void {
    const fd = this.#takeDescriptor();
    // What could not be written is of no interest to anybody now.
    if (fd !== undefined) fs.close(fd, () => undefined);
  }

  #takeDescriptor(): number | undefined {
    if (this.#fd === -1) return undefined;
    const fd = this.#fd;
    this.#fd = -1;
    return fd;
  }
}

/** What is left of a list of chunks after its first bytes. */
function skip(chunks: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let left = bytes;
  for (const [index, chunk] of chunks.entries()) {
    if (left < chunk.length) return [chunk.subarray(left), ...chunks.slice(index + 1)];
    left -= chunk.length;
  }
  return [];
}
