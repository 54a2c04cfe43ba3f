import type { BoardSession } from '@pure-ftpd/scoreboard';

import type { Admitted } from '../../login/admission.ts';
import type { SessionPhase } from '../messages/to-monitor.ts';

/** A session, as the monitor knows it. */
export interface KnownSession {
  readonly id: string;
  /** No other one has had it. */
  readonly number: number;
  readonly remoteAddress: string;
  readonly localAddress: string;
  /** What the log calls the client; its address before it tries to log in. */
  hostName: string;
  phase: Exclude<SessionPhase, 'unknown'>;
  /** Logins that were refused. */
  failures: number;
  /** What its login holds, from its admission on. */
  admitted: Admitted | undefined;
  /** On the scoreboard. */
  entry: BoardSession | undefined;
  /** Raised when nobody waits for the judgement any more. */
  readonly gone: AbortController;
}

/** Sessions that the monitor may know at a time: a gate that has been taken over must not fill its memory. */
const LIMIT = 100_000;

/** Why nobody waits: one for all, since to make one takes longer than anything else here. */
const GONE = new Error('the client has gone');

/** All sessions there are. */
export class SessionBook {
  readonly #sessions = new Map<string, KnownSession>();
  #lastNumber = 0;

  get(id: string): KnownSession | undefined {
    return this.#sessions.get(id);
  }

  /** A new session. @throws RangeError when there are too many. */
  arrive(id: string, about: Pick<KnownSession, 'remoteAddress' | 'localAddress'>): KnownSession {
    if (this.#sessions.size >= LIMIT) throw new RangeError('too many sessions');
    this.#lastNumber += 1;
    const session: KnownSession = {
      id,
      number: this.#lastNumber,
      remoteAddress: about.remoteAddress,
      localAddress: about.localAddress,
      hostName: about.remoteAddress,
      phase: 'arrived',
      failures: 0,
      admitted: undefined,
      entry: undefined,
      gone: new AbortController(),
    };
    this.#sessions.set(id, session);
    return session;
  }

  /** Forgets a session, and gives back what its login held. */
  end(session: KnownSession): void {
    this.#sessions.delete(session.id);
    session.gone.abort(GONE);
    session.admitted?.release();
    session.admitted = undefined;
    session.entry?.end();
    session.entry = undefined;
  }

  get isEmpty(): boolean {
    return this.#sessions.size === 0;
  }

  /** Those in some phases. */
  in(...phases: readonly SessionPhase[]): KnownSession[] {
    return [...this.#sessions.values()].filter(({ phase }) => phases.includes(phase));
  }
}
