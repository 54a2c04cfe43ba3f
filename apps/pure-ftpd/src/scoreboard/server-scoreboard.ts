import { systemErrorText } from '@pure-ftpd/cli';
import { normalizeAddress } from '@pure-ftpd/protocol';
import {
  type BoardSession,
  type EarlierSessions,
  Scoreboard,
  ScoreboardError,
  scoreboardPlace,
  type SessionStart,
} from '@pure-ftpd/scoreboard';

import type { Log } from '../log/log.ts';

/** The scoreboard, as a server has it: what becomes of it is told in the log, and changes nothing for sessions. */
export class ServerScoreboard {
  readonly #log: Pick<Log, 'write'>;
  readonly #directory: string | undefined;
  #board: Scoreboard | undefined;
  #earlier: EarlierSessions | undefined;
  /** Entries were made beforehand: nothing else can be done any more. */
  #isReserved = false;
  #isFailing = false;

  /** @param directory Where it is; that of this user unless told, and none where the user has none. */
  constructor(log: Pick<Log, 'write'>, directory = scoreboardPlace()?.directory) {
    this.#log = log;
    this.#directory = directory;
    this.#open();
  }

  /** Makes entries for a process that is about to give up root. */
  reserve(count: number): void {
    this.#isReserved = true;
    this.#board?.reserve(count);
  }

  /** A client has come. Undefined when the session cannot be shown. */
  add(start: SessionStart): BoardSession | undefined {
    if (this.#board === undefined && !this.#isReserved) this.#open();
    return this.#board?.add(start);
  }

  /**
   * Counts who is still served by a server that was stopped, at the same ports.
   * @param began Called for each; the address is the client's.
   * @param ended Called when it is over.
   */
  watchEarlier(
    ports: readonly number[],
    began: (id: string, address: string) => void,
    ended: (id: string) => void,
  ): void {
    if (this.#board === undefined) return;
    try {
      this.#earlier = this.#board.earlierSessions(ports);
    } catch (error) {
      this.#tell(error);
      return;
    }
    this.#earlier.onEnded = ended;
    for (const { id, address } of this.#earlier.all) began(id, normalizeAddress(address) ?? address);
  }

  /** How many sessions of an account other servers have; none where that cannot be known. */
  countOthers(login: string): number {
    if (this.#isReserved) return this.#earlier?.count(login) ?? 0;
    if (this.#board === undefined) return 0;
    try {
      const count = this.#board.countForeignSessions(login);
      this.#isFailing = false;
      return count;
    } catch (error) {
      this.#tell(error);
      return 0;
    }
  }

  /** Takes every session off. */
  close(): void {
    this.#earlier?.[Symbol.dispose]();
    this.#board?.close();
  }

  #open(): void {
    if (this.#directory === undefined) return;
    try {
      this.#board = Scoreboard.open({ directory: this.#directory, onError: (error) => this.#write(error) });
      this.#isFailing = false;
    } catch (error) {
      this.#tell(error);
    }
  }

  /** Once, until it works again. */
  #tell(error: unknown): void {
    if (!(error instanceof ScoreboardError)) throw error;
    if (this.#isFailing) return;
    this.#isFailing = true;
    this.#write(error);
  }

  #write({ code, message, cause }: ScoreboardError): void {
    const isPlain = cause === undefined || code === 'SCOREBOARD_MISSING';
    const reason = isPlain ? '' : `: ${systemErrorText(cause)}`;
    this.#log.write('WARNING', `the scoreboard shows not all sessions: ${message}${reason}`);
  }
}
