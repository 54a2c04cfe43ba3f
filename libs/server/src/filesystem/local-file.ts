import fs from 'node:fs';
import { promisify } from 'node:util';

import type { VirtualFile } from './virtual-file.ts';

const readAsync = promisify(fs.read);
const writevAsync = promisify(fs.writev);
const truncateAsync = promisify(fs.ftruncate);

/** Up to this many bytes a call is made at once: a trip through the thread pool costs more than the copy. */
const SYNC_LIMIT = 64 * 1024;

/** A regular file of this machine, by its descriptor, which it owns. */
export class LocalFile implements VirtualFile {
  readonly size: number;
  #fd: number;

  constructor(fd: number, size: number) {
    this.#fd = fd;
    this.size = size;
  }

  read(buffer: Uint8Array, position: number): number | Promise<number> {
    if (buffer.length <= SYNC_LIMIT) return fs.readSync(this.#fd, buffer, 0, buffer.length, position);
    return readAsync(this.#fd, buffer, 0, buffer.length, position).then(({ bytesRead }) => bytesRead);
  }

  write(chunks: readonly Uint8Array[], position: number): void | Promise<void> {
    let total = 0;
    for (const chunk of chunks) total += chunk.length;
    if (total > SYNC_LIMIT) return this.#writeAll(chunks, position, total);
    let written = 0;
    for (const chunk of chunks) {
      for (let at = 0; at < chunk.length;) {
        const count = fs.writeSync(this.#fd, chunk, at, chunk.length - at, position + written);
        at += count;
        written += count;
      }
    }
  }

  async #writeAll(chunks: readonly Uint8Array[], position: number, total: number): Promise<void> {
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

  close(): void {
    if (this.#fd === -1) return;
    const fd = this.#fd;
    this.#fd = -1;
    fs.closeSync(fd);
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
