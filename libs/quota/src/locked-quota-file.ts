import { fstatSync, ftruncateSync, readSync, writeSync } from 'node:fs';

import { SystemError } from '@pure-ftpd/posix';

import { QuotaFileError } from './errors.ts';
import { formatUsage, isSameUsage, MAX_QUOTA_FILE_BYTES, parseUsage } from './usage.ts';
import type { QuotaUsage } from './usage.ts';

/** A quota file while its lock is held: not to be kept. */
export class LockedQuotaFile {
  readonly #fd: number;
  #content: Buffer;

  private constructor(fd: number, content: Buffer) {
    this.#fd = fd;
    this.#content = content;
  }

  /** Reads a file that is locked. The descriptor stays the caller's. @throws {QuotaFileError} */
  static read(fd: number): LockedQuotaFile {
    const buffer = Buffer.alloc(MAX_QUOTA_FILE_BYTES);
    try {
      return new LockedQuotaFile(fd, buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, 0)));
    } catch (cause) {
      throw new QuotaFileError('UNREADABLE', 'the quota file cannot be read', { cause });
    }
  }

  /** What it says; undefined when it is no quota file. */
  get recorded(): QuotaUsage | undefined {
    return parseUsage(this.#content);
  }

  /** What it says. @throws {QuotaFileError} `malformed`. */
  get usage(): QuotaUsage {
    const usage = this.recorded;
    if (usage === undefined)
      throw new QuotaFileError('MALFORMED', 'the quota file is none: pure-quotacheck makes it anew');
    return usage;
  }

  get isEmpty(): boolean {
    return this.#content.length === 0;
  }

  /** Changes whenever anybody writes the file, whatever he writes. */
  get state(): string {
    const { ino, mtimeNs, size } = fstatSync(this.#fd, { bigint: true });
    return [ino, mtimeNs, size, this.#content.toString('latin1')].join(' ');
  }

  /**
   * Writes another usage; the same one is left as it is written.
   *
   * The new content goes over the old one in one call, and what is longer is cut after that. So it is a quota file at every
   * moment: a program that is killed in between leaves no empty one, which would mean that nothing is used.
   *
   * @throws {QuotaFileError} `unwritable`; it holds what it held before.
   */
  write(usage: QuotaUsage): void {
    const recorded = this.recorded;
    if (this.#content.length > 0 && recorded !== undefined && isSameUsage(recorded, usage)) return;
    const text = Buffer.from(formatUsage(usage), 'latin1');
    try {
      this.#replace(text);
    } catch (cause) {
      throw new QuotaFileError('UNWRITABLE', 'the quota file cannot be written', { cause });
    }
    this.#content = text;
  }

  #replace(text: Buffer): void {
    const written = writeSync(this.#fd, text, 0, text.length, 0);
    if (written === text.length) return ftruncateSync(this.#fd, text.length);
    // The disk is full. The place of the old bytes is still there.
    writeSync(this.#fd, this.#content, 0, this.#content.length, 0);
    ftruncateSync(this.#fd, this.#content.length);
    throw new SystemError('ENOSPC', 'write');
  }
}
