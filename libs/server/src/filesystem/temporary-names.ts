import { randomUUID } from 'node:crypto';

import { dirname } from '@pure-ftpd/protocol';

/** How temporary files of uploads are named, and who hears of the names. */
export interface TemporaryFiles {
  /** How their names begin; a random part follows. */
  readonly prefix: string;
  /** A file of this virtual path is about to be made, and others of the same path after it. */
  began?(path: string): void;
  /** None is there any more, and none will be. */
  ended?(path: string): void;
}

/**
 * The names of the temporary files of one session. A name that is free again serves the next upload into the same directory, so
 * that whoever hears of names hears of one for a thousand files.
 */
export class TemporaryNames {
  readonly #files: TemporaryFiles;
  /** The path that is known, and that nothing has. */
  #free: string | undefined;
  #isClosed = false;

  constructor(files: TemporaryFiles) {
    this.#files = files;
  }

  /** The virtual path of the next temporary file in a directory: whenever the process is killed, it is known. */
  take(directory: string): string {
    const free = this.#free;
    this.#free = undefined;
    if (free !== undefined) {
      if (dirname(free) === directory) return free;
      this.forget(free);
    }
    const path = `${directory === '/' ? '' : directory}/${this.#files.prefix}${unguessable()}`;
    this.#files.began?.(path);
    return path;
  }

  /** The file is gone, or has its own name. */
  giveBack(path: string): void {
    if (this.#free === undefined && !this.#isClosed) this.#free = path;
    else this.forget(path);
  }

  /** There is none of ours, and the name is not used again. */
  forget(path: string): void {
    this.#files.ended?.(path);
  }

  /** Nothing is uploaded any more, but for what is under way. */
  close(): void {
    this.#isClosed = true;
    if (this.#free !== undefined) this.forget(this.#free);
    this.#free = undefined;
  }
}

/** 24 hexadecimal digits. Random bytes would be made one name at a time, by a call to the kernel. */
function unguessable(): string {
  return randomUUID().replaceAll('-', '').slice(8);
}
