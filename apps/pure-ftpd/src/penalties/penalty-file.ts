// Penalties of a server that was stopped: a file of its own user's, which nobody else may write.
import { closeSync, constants, fstatSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';

import {
  isSystemError,
  type Check,
  integer,
  listOf,
  matching,
  oneOf,
  optional,
  shape,
} from '@pure-ftpd/server/internal';

/** A penalty, as it is kept. */
export interface KeptPenalty {
  readonly network: string;
  /** When it ends, in milliseconds since 1970; undefined for a ban of an administrator's that does not. */
  readonly until: number | undefined;
  readonly reason: string;
  /** One that is not yet a ban, one that is, or an administrator's. */
  readonly kind: 'penalty' | 'ban' | 'ordered';
}

/** More than the tables can hold. */
const MOST = 2_100_000;
const MOST_BYTES = 256 * 1024 * 1024;

const content: Check<{ readonly version: number; readonly penalties: readonly KeptPenalty[] }> = shape({
  version: integer(1, 1),
  penalties: listOf(
    shape({
      network: matching(/^[0-9a-f.:]{2,39}\/\d{1,3}$/, 'a network'),
      until: optional(integer(0, 8_640_000_000_000_000)),
      reason: matching(/^[^\p{C}]*$/u, 'a line', 200),
      kind: oneOf('penalty', 'ban', 'ordered'),
    }),
    MOST,
  ),
});

/** Where penalties are kept. */
export class PenaltyFile {
  readonly #path: string;
  #isWriting = false;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * What was kept; nothing where there is no file.
   * @throws SystemError; Error for a file that is not this user's alone, MessageViolation for one that cannot be read as what it should be.
   */
  read(): readonly KeptPenalty[] {
    let fd: number;
    try {
      fd = openSync(this.#path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    } catch (error) {
      if (isSystemError(error) && error.code === 'ENOENT') return [];
      throw error;
    }
    try {
      const stats = fstatSync(fd);
      if (!stats.isFile() || stats.uid !== process.geteuid?.() || (stats.mode & 0o077) !== 0)
        throw new Error(`${this.#path} is not a file of this user's alone`);
      if (stats.size > MOST_BYTES) throw new Error(`${this.#path} is too large`);
      const raw: unknown = JSON.parse(readFileSync(fd, 'utf8'));
      return content(raw, this.#path).penalties;
    } finally {
      closeSync(fd);
    }
  }

  /** Writes them in the background, as they are now: the file is the old one or the new one, whatever happens. Not twice at a time. */
  async write(penalties: Iterable<KeptPenalty>): Promise<void> {
    if (this.#isWriting) return;
    this.#isWriting = true;
    try {
      const beside = this.#beside();
      const file = await open(beside, 'wx', 0o600);
      try {
        await file.writeFile(textOf(penalties));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(beside, this.#path);
    } finally {
      this.#isWriting = false;
    }
  }

  /** The same at once: at the end. */
  writeNow(penalties: Iterable<KeptPenalty>): void {
    const beside = this.#beside();
    writeFileSync(beside, textOf(penalties), { mode: 0o600, flag: 'wx', flush: true });
    renameSync(beside, this.#path);
  }

  #beside(): string {
    const beside = `${this.#path}.new`;
    // Of a server that was killed. Who else could make one there is the user himself.
    rmSync(beside, { force: true });
    return beside;
  }
}

function textOf(penalties: Iterable<KeptPenalty>): string {
  return `${JSON.stringify({ version: 1, penalties: [...penalties] })}\n`;
}
