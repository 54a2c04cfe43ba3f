import type { SessionActivity } from './activity.ts';
import type { BoardSession } from './board-session.ts';
import { ProgressClock } from './progress-clock.ts';
import { LONGEST_NAME, MOST_POSITIONS, parseSessionReport, type SessionReport } from './session-report.ts';

/** The end of a name that is too long to be sent; no pair of surrogates is cut in two. */
function lastCharacters(name: string): string {
  if (name.length <= LONGEST_NAME) return name;
  return name.slice(-LONGEST_NAME).replace(/^[\udc00-\udfff]/, '');
}

/** In a process that serves sessions and may not write on the scoreboard: tells the one that may what they do. */
export class ActivityReporter {
  readonly #send: (report: SessionReport) => void;
  readonly #clock = new ProgressClock(() => this.#sendPositions());
  #positions: (readonly [number, number])[] = [];

  /** @param send Brings a report to an {@link ActivityReceiver}: plain data, for any channel. */
  constructor(send: (report: SessionReport) => void) {
    this.#send = send;
  }

  /** @param session The number by which the other side knows it. */
  session(session: number): SessionActivity {
    const key: SessionActivity = {
      transfer: ({ direction, name, offset, size = 0, position }) => {
        this.#send({ type: 'transfer', session, direction, name: lastCharacters(name), offset, size });
        this.#clock.follow(key, offset, position, (now) => void this.#positions.push([session, now]));
      },
      idle: () => {
        this.#send({ type: 'idle', session, position: this.#clock.forget(key) ?? 0 });
      },
    };
    return key;
  }

  /** Sends nothing more by itself. */
  close(): void {
    this.#clock.close();
  }

  #sendPositions(): void {
    const all = this.#positions;
    this.#positions = [];
    for (let from = 0; from < all.length; from += MOST_POSITIONS) {
      this.#send({ type: 'progress', positions: all.slice(from, from + MOST_POSITIONS) });
    }
  }
}

/**
 * In the process that writes on the scoreboard: hears one other process. That one can change what its sessions transfer, and
 * nothing else: neither sessions it was not given, nor logins, addresses or processes.
 */
export class ActivityReceiver {
  readonly #sessions = new Map<number, BoardSession>();

  /** From now on the other process tells of this session. */
  adopt(session: number, entry: BoardSession): void {
    this.#sessions.set(session, entry);
  }

  /** It does not any more: the session has ended, or went elsewhere. Answers its entry, which stays on the board. */
  release(session: number): BoardSession | undefined {
    const entry = this.#sessions.get(session);
    this.#sessions.delete(session);
    return entry;
  }

  /**
   * A message came.
   * @returns False for what is no report: the other process is broken. Reports of sessions that have just ended are no error.
   */
  receive(message: unknown): boolean {
    const report = parseSessionReport(message);
    if (report === undefined) return false;
    if (report.type === 'progress') {
      for (const [session, position] of report.positions) this.#sessions.get(session)?.progress(position);
      return true;
    }
    const entry = this.#sessions.get(report.session);
    if (report.type === 'transfer') {
      entry?.begin(report);
    } else {
      // 0: nothing was under way.
      if (report.position > 0) entry?.progress(report.position);
      entry?.idle();
    }
    return true;
  }

  /** The other process has ended, and its sessions with it. */
  endAll(): void {
    for (const entry of this.#sessions.values()) entry.end();
    this.#sessions.clear();
  }
}
