import { closeSync, constants, openSync, writeSync } from 'node:fs';

import { BoardSession, type EntryOwner, newEntry, type SessionStart } from './board-session.ts';
import { SCOREBOARD_DIRECTORY, secureDirectory } from './directory.ts';
import { entryPath, removeEntry, tidyEntry } from './entry-file.ts';
import { ownPrefix } from './entry-name.ts';
import { ScoreboardError, systemCode } from './errors.ts';
import { type LayoutName, LAYOUTS } from './layout.ts';
import { ProgressClock } from './progress-clock.ts';
import { sweepScoreboard } from './read-scoreboard.ts';
import { countForeignSessions } from './user-sessions.ts';

/** Made new, never a link, and nothing that was there before. */
const CREATE = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

const ENTRY_MODE = 0o600;

export interface ScoreboardOptions {
  /** `/var/run/pure-ftpd` by default. Made when it is missing. */
  readonly directory?: string;
  /** Of the C `pure-ftpwho` on the machine; Debian's by default. Ours reads all. */
  readonly layout?: LayoutName;
  /**
   * Hears that entries cannot be written, and again only when one could be in between: a full disk is said once. Sessions go
   * on without entries.
   */
  readonly onError?: (error: ScoreboardError) => void;
}

/**
 * The scoreboard as a server writes it: one entry for each session, any number for one process. See README.md for how that
 * works with the C programs, and who writes where several processes serve.
 */
export class Scoreboard implements Disposable {
  readonly directory: string;
  readonly #layout: (typeof LAYOUTS)[LayoutName];
  readonly #owner: number;
  readonly #prefix: string;
  readonly #onError: (error: ScoreboardError) => void;
  readonly #clock = new ProgressClock();
  readonly #names = new Map<BoardSession, string>();
  #number = 0;
  #isFailing = false;

  private constructor({ directory = SCOREBOARD_DIRECTORY, layout = 'debian', onError }: ScoreboardOptions) {
    this.directory = directory;
    this.#layout = LAYOUTS[layout];
    this.#owner = process.geteuid?.() ?? 0;
    this.#prefix = ownPrefix(process.pid);
    this.#onError = onError ?? ((): void => {});
  }

  /**
   * Opens the scoreboard of this process's user, and deletes the entries that dead servers left.
   * @throws ScoreboardError when the directory cannot be made, or is not to be trusted.
   */
  static open(options: ScoreboardOptions = {}): Scoreboard {
    const board = new Scoreboard(options);
    secureDirectory(board.directory, board.#owner);
    sweepScoreboard(board.directory, board.#prefix);
    return board;
  }

  /** Sessions with an entry. */
  get size(): number {
    return this.#names.size;
  }

  /**
   * A connection was accepted. Its entry stays until `end()`. Never throws: when there can be no entry `onError` hears why, and
   * the session that is returned is not on the board.
   */
  add(start: SessionStart): BoardSession {
    const owner: EntryOwner = {
      layout: this.#layout,
      clock: this.#clock,
      now: unixTime,
      failed: (session, error) => this.#failed(session, error),
      ended: (session) => this.#remove(session),
    };
    try {
      // Somebody may have changed it, or taken it away, since the last session.
      secureDirectory(this.directory, this.#owner);
      const { fd, name } = this.#create(newEntry(start, start.pid ?? process.pid, unixTime(), this.#layout));
      const session = new BoardSession(fd, owner);
      this.#names.set(session, name);
      this.#isFailing = false;
      return session;
    } catch (error) {
      this.#tell(error);
      return new BoardSession(undefined, owner);
    }
  }

  /**
   * How many sessions of a login other servers have here; see `countForeignSessions`.
   * @throws ScoreboardError when the directory is missing or cannot be read.
   */
  countForeignSessions(login: string): number {
    return countForeignSessions(this.directory, login, this.#prefix, this.#owner);
  }

  /** Ends all sessions that are on the board. */
  close(): void {
    // Each takes itself out of the map, which its iterator allows.
    for (const session of this.#names.keys()) session.end();
    this.#clock.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #create(content: Buffer): { readonly fd: number; readonly name: string } {
    for (;;) {
      this.#number += 1;
      const name = `${this.#prefix}${this.#number}`;
      const path = entryPath(this.directory, name);
      let fd: number;
      try {
        fd = openSync(path, CREATE, ENTRY_MODE);
      } catch (error) {
        // Another scoreboard of this process has the number.
        if (systemCode(error) === 'EEXIST') continue;
        throw error;
      }
      try {
        writeSync(fd, content, 0, content.length, 0);
        return { fd, name };
      } catch (error) {
        closeSync(fd);
        tidyEntry(this.directory, name);
        throw error;
      }
    }
  }

  #remove(session: BoardSession): void {
    const name = this.#names.get(session);
    if (name === undefined) return;
    this.#names.delete(session);
    try {
      removeEntry(this.directory, name);
    } catch (error) {
      this.#tell(error);
    }
  }

  #failed(session: BoardSession, error: unknown): void {
    this.#remove(session);
    this.#tell(error);
  }

  #tell(error: unknown): void {
    if (this.#isFailing) return;
    this.#isFailing = true;
    this.#onError(
      error instanceof ScoreboardError
        ? error
        : new ScoreboardError('ERR_SCOREBOARD_WRITE', `no entry can be written in ${this.directory}`, error),
    );
  }
}

function unixTime(): number {
  return Math.floor(Date.now() / 1000);
}
