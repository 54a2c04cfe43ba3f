import type { Admitted } from '../../login/admission.ts';
import type { SessionPhase } from '../messages/to-monitor.ts';

/** A session that has tried to log in, as the monitor knows it. */
export interface KnownSession {
  readonly id: string;
  readonly remoteAddress: string;
  readonly localAddress: string;
  /** What the log calls the client. */
  hostName: string;
  phase: Exclude<SessionPhase, 'unknown'>;
  /** Logins that were refused. */
  failures: number;
  /** What its login holds, from its admission on. */
  admitted: Admitted | undefined;
  /** Raised when nobody waits for the judgement any more. */
  readonly gone: AbortController;
}

/** Sessions that the monitor may know at a time: a gate that has been taken over must not fill its memory. */
const LIMIT = 100_000;

/** The sessions that have tried to log in, or have. */
export class SessionBook {
  readonly #sessions = new Map<string, KnownSession>();

  get(id: string): KnownSession | undefined {
    return this.#sessions.get(id);
  }

  /** The session of this id; a new one where there was none. @throws RangeError when there are too many. */
  begin(id: string, about: Pick<KnownSession, 'remoteAddress' | 'localAddress' | 'hostName'>): KnownSession {
    const known = this.#sessions.get(id);
    if (known !== undefined) {
      known.phase = 'judging';
      known.hostName = about.hostName;
      return known;
    }
    if (this.#sessions.size >= LIMIT) throw new RangeError('too many sessions');
    const session: KnownSession = {
      id,
      remoteAddress: about.remoteAddress,
      localAddress: about.localAddress,
      hostName: about.hostName,
      phase: 'judging',
      failures: 0,
      admitted: undefined,
      gone: new AbortController(),
    };
    this.#sessions.set(id, session);
    return session;
  }

  /** Forgets a session, and gives back what its login held. */
  end(session: KnownSession): void {
    this.#sessions.delete(session.id);
    session.gone.abort();
    session.admitted?.release();
    session.admitted = undefined;
  }

  /** Those in some phases. */
  in(...phases: readonly SessionPhase[]): KnownSession[] {
    return [...this.#sessions.values()].filter(({ phase }) => phases.includes(phase));
  }
}
