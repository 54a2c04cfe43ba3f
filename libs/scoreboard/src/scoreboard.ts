import { closeSync, constants, openSync, writeSync } from 'node:fs';

import { BoardSession, type EntryOwner, freeEntry, newEntry, type SessionStart } from './board-session.ts';
import { SCOREBOARD_DIRECTORY, secureDirectory } from './directory.ts';
import { EarlierSessions } from './earlier-sessions.ts';
import { entryPath, removeEntry, tidyEntry } from './entry-file.ts';
import { ownPrefix } from './entry-name.ts';
import { ScoreboardError, systemCode } from './errors.ts';
import { type LayoutName, LAYOUTS, PID, STATE } from './layout.ts';
import { ProgressClock } from './progress-clock.ts';
import { sweepScoreboard } from './read-scoreboard.ts';
import { countForeignSessions } from './user-sessions.ts';

/** Made new, never a link, and nothing that was there before. */
const CREATE = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

const ENTRY_MODE = 0o600;

/** An entry's file, open. */
interface EntryFile {
  readonly fd: number;
  readonly name: string;
}

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
  /** Entries that are no session's just now, where new ones cannot be made. */
  #reserved: EntryFile[] | undefined;
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

  /**
   * Makes so many entries now, and none later: for a process that is about to give up the right to do so. More sessions than that
   * at a time are not all shown. The files stay when the process ends; whoever looks next removes them.
   */
  reserve(count: number): void {
    const reserved = (this.#reserved ??= []);
    try {
      const content = freeEntry(process.pid, this.#layout);
      for (let made = 0; made < count; made += 1) reserved.push(this.#create(content));
    } catch (error) {
      this.#tell(error);
    }
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
      failed: (session, fd, error) => this.#failed(session, fd, error),
      ended: (session, fd) => this.#ended(session, fd),
    };
    try {
      const { fd, name } = this.#file(newEntry(start, start.pid ?? process.pid, unixTime(), this.#layout));
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

  /**
   * Sessions of other servers, as a rule of one that was stopped, at the ports of this one. To be disposed of.
   * @throws ScoreboardError when the directory is missing or cannot be read.
   */
  earlierSessions(ports: readonly number[]): EarlierSessions {
    return new EarlierSessions(this.directory, this.#prefix, this.#owner, ports);
  }

  /** Ends all sessions that are on the board. */
  close(): void {
    // Each takes itself out of the map, which its iterator allows.
    for (const session of this.#names.keys()) session.end();
    this.#clock.close();
    for (const { fd, name } of this.#reserved?.splice(0) ?? []) {
      closeSync(fd);
      tidyEntry(this.directory, name);
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** A file for a session that begins. */
  #file(content: Buffer): EntryFile {
    if (this.#reserved === undefined) {
      // Somebody may have changed it, or taken it away, since the last session.
      secureDirectory(this.directory, this.#owner);
      return this.#create(content);
    }
    const file = this.#reserved.pop();
    if (file === undefined)
      throw new ScoreboardError('SCOREBOARD_WRITE', `there are more sessions than entries in ${this.directory}`);
    try {
      // The state last: nobody sees a session with what is left of another one.
      writeSync(file.fd, content, PID, content.length - PID, PID);
      writeSync(file.fd, content, STATE, PID - STATE, STATE);
    } catch (error) {
      this.#reserved.push(file);
      throw error;
    }
    return file;
  }

  #create(content: Buffer): EntryFile {
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

  #ended(session: BoardSession, fd: number): void {
    const name = this.#names.get(session);
    this.#names.delete(session);
    if (name !== undefined && this.#reserved !== undefined) {
      this.#giveBack(this.#reserved, { fd, name });
      return;
    }
    closeSync(fd);
    if (name === undefined) return;
    try {
      removeEntry(this.directory, name);
    } catch (error) {
      this.#tell(error);
    }
  }

  /** Nothing of the session stays: C's server counts entries by their login, also free ones. */
  #giveBack(reserved: EntryFile[], file: EntryFile): void {
    reserved.push(file);
    try {
      writeSync(file.fd, freeEntry(process.pid, this.#layout), 0, this.#layout.size, 0);
    } catch (error) {
      this.#tell(error);
    }
  }

  #failed(session: BoardSession, fd: number, error: unknown): void {
    this.#ended(session, fd);
    this.#tell(error);
  }

  #tell(error: unknown): void {
    if (this.#isFailing) return;
    this.#isFailing = true;
    this.#onError(
      error instanceof ScoreboardError
        ? error
        : new ScoreboardError('SCOREBOARD_WRITE', `no entry can be written in ${this.directory}`, error),
    );
  }
}

function unixTime(): number {
  return Math.floor(Date.now() / 1000);
}
