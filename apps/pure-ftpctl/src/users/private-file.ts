import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';

import { systemErrorText, writeAll } from '@pure-ftpd/cli';

import { CommandError, ExitStatus } from '../exit-status.ts';

/** A file for its owner only, which appears at its end, in place of what was there. One that is not finished is not made. */
export class PrivateFile implements Disposable {
  readonly #path: string;
  readonly #temporary: string;
  #fd: number | undefined;

  /** @throws CommandError where it cannot be made. */
  static create(path: string): PrivateFile {
    return new PrivateFile(path);
  }

  private constructor(path: string) {
    this.#path = path;
    this.#temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
    this.#guard(() => (this.#fd = openSync(this.#temporary, 'wx', 0o600)));
  }

  write(bytes: Uint8Array): void {
    const fd = this.#fd;
    if (fd !== undefined) this.#guard(() => writeAll(fd, bytes));
  }

  /** Brings it to the disk, and under its name. */
  finish(): void {
    const fd = this.#fd;
    if (fd === undefined) return;
    this.#guard(() => {
      fsyncSync(fd);
      renameSync(this.#temporary, this.#path);
    });
    closeSync(fd);
    this.#fd = undefined;
  }

  [Symbol.dispose](): void {
    if (this.#fd === undefined) return;
    closeSync(this.#fd);
    this.#fd = undefined;
    rmSync(this.#temporary, { force: true });
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      throw new CommandError(`${this.#path}: ${systemErrorText(error)}`, ExitStatus.failed, { cause: error });
    }
  }
}
