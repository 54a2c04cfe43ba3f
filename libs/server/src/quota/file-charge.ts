import type { Awaitable, VirtualFile } from '../contract/virtual-file.ts';
import { StorageLimitExceeded } from '../errors.ts';
import type { QuotaAmount, QuotaLimits } from './quota-store.ts';

/** What a file is charged to. */
interface Counter {
  /** Bytes worth charging ahead. */
  readonly ahead: number;
  /** @returns False, and nothing is charged, where the limits do not allow it. */
  change(change: QuotaAmount, limits: QuotaLimits): Awaitable<boolean>;
}

/** What is charged for a file that is being written: at least what of it is there. */
export class FileCharge implements QuotaAmount {
  readonly #counter: Counter;
  /** Where the file is, or was when it was removed. */
  path: string;
  files: number;
  bytes: number;
  /** Uploads that write to it. */
  writers = 1;
  /** No path leads to it any more: who removed it gave nothing back, its writers do at their end. */
  isGone = false;

  constructor(counter: Counter, path: string, { files, bytes }: QuotaAmount) {
    this.#counter = counter;
    this.path = path;
    this.files = files;
    this.bytes = bytes;
  }

  /** Charges for what the file is about to grow by. @throws {StorageLimitExceeded} */
  async cover(length: number, limits: QuotaLimits): Promise<void> {
    const needed = length - this.bytes;
    if (needed <= 0) return;
    const ahead = Math.max(needed, this.#counter.ahead);
    for (const bytes of new Set([ahead, needed])) {
      if (!(await this.#counter.change({ files: 0, bytes }, limits))) continue;
      this.bytes += bytes;
      return;
    }
    throw new StorageLimitExceeded();
  }
}

/** A file that is charged for before it is written. */
export class ChargedFile implements VirtualFile {
  readonly size: number;
  readonly #file: VirtualFile;
  readonly #charge: FileCharge;
  readonly #limits: QuotaLimits;

  constructor(file: VirtualFile, charge: FileCharge, limits: QuotaLimits) {
    this.size = file.size;
    this.#file = file;
    this.#charge = charge;
    this.#limits = limits;
  }

  read(buffer: Uint8Array, position: number): number | Promise<number> {
    return this.#file.read(buffer, position);
  }

  async write(chunks: readonly Uint8Array[], position: number): Promise<void> {
    let end = position;
    for (const chunk of chunks) end += chunk.length;
    await this.#charge.cover(end, this.#limits);
    await this.#file.write(chunks, position);
  }

  truncate(size: number): void | Promise<void> {
    return this.#file.truncate(size);
  }

  close(): void | Promise<void> {
    return this.#file.close();
  }
}
