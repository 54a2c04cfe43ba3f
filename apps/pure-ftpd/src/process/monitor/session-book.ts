import type { SystemIdentity } from '@pure-ftpd/auth';

import type { SessionOrder } from '../../contract/session-order.ts';
import type { Who } from '../../events/event.ts';
import type { Subject } from '../../log/log-entry.ts';
import { sessionNumber } from '../../log/session-number.ts';
import type { Admitted } from '../../contract/admission.ts';
import type { HandedOver } from '../messages/handed-over.ts';
import type { MovedSession } from '../messages/to-child.ts';
import type { MovingState, SessionPhase } from '../messages/to-monitor.ts';

/** Who a client is, as the gate says when it arrives. */
export type Origin = Pick<KnownSession, 'remoteAddress' | 'remotePort' | 'localAddress' | 'localPort' | 'proxy'>;

/** A session, as the monitor knows it. */
export interface KnownSession {
  readonly id: string;
  /** The generation that it is of. */
  readonly owner: object;
  /** What distinguishes it from others that began in the same second. */
  readonly number: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
  /** The connection of the proxy that brings the client; undefined where none does. */
  readonly proxy: Who['proxy'];
  /** In milliseconds since 1970. */
  readonly startedAt: number;
  /** What the log calls the client; its address until its name is known. */
  hostName: string;
  isNamed: boolean;
  phase: Exclude<SessionPhase, 'unknown'>;
  /** The login that is judged, or was admitted. */
  login: string;
  /** Logins that were refused since the last one was not. */
  failures: number;
  /** What its login holds, from its admission on; and whom its worker is. */
  admitted: { readonly login: Admitted; readonly identity: SystemIdentity } | undefined;
  /** The gate that relays its connection; undefined for one that is in its worker's own hands. */
  relayedBy: number | undefined;
  /** Whether its address of `-P` is being looked up. */
  isAsking: boolean;
  /** Whether its worker has asked for it to go on in clear: once for each time it is served. */
  isCleared: boolean;
  /** What an administrator has ordered for it, the last of each kind: whoever has it next is told, too. */
  readonly orders: Map<SessionOrder['kind'], SessionOrder>;
  /** Raised when nobody waits for the judgement any more. */
  readonly gone: AbortController;
}

/** Sessions that the monitor may know at a time where their number is not limited. */
const LIMIT = 100_000;

/** Why nobody waits: one for all, since to make one takes longer than anything else here. */
const GONE = new Error('the client has gone');

/** All sessions there are: the one source of who each of them is. */
export class SessionBook {
  #limit: number;
  readonly #sessions = new Map<string, KnownSession>();

  /** @param limit Sessions at a time, as the gate has to keep to; 0 for no limit. */
  constructor(limit: number) {
    this.#limit = limit === 0 ? LIMIT : limit;
  }

  /** There may be as many at least, from now on: those who were let in under another limit stay. */
  allow(limit: number): void {
    this.#limit = Math.max(this.#limit, limit === 0 ? LIMIT : limit);
  }

  get(id: string): KnownSession | undefined {
    return this.#sessions.get(id);
  }

  /** A new session. @throws RangeError when there are too many: a gate that was taken over must not fill this memory. */
  arrive(id: string, origin: Origin, owner: object): KnownSession {
    const { remoteAddress, remotePort, localAddress, localPort, proxy } = origin;
    if (this.#sessions.has(id)) throw new RangeError('a session has that id already');
    if (this.#sessions.size >= this.#limit) throw new RangeError('too many sessions');
    const startedAt = Date.now();
    const session: KnownSession = {
      id,
      owner,
      number: sessionNumber(startedAt),
      remoteAddress,
      remotePort,
      localAddress,
      localPort,
      proxy,
      startedAt,
      hostName: remoteAddress,
      isNamed: false,
      phase: 'arrived',
      login: '',
      failures: 0,
      admitted: undefined,
      relayedBy: undefined,
      isAsking: false,
      isCleared: false,
      orders: new Map(),
      gone: new AbortController(),
    };
    this.#sessions.set(id, session);
    return session;
  }

  /** Nobody waits for the judgement of a login: what has not begun of it does not begin. */
  hungUp(session: KnownSession): void {
    session.gone.abort(GONE);
  }

  /** The user of a session has left, and its client goes on at the gate. */
  userLeft(session: KnownSession): void {
    session.admitted?.login.release();
    session.admitted = undefined;
    session.login = '';
    session.failures = 0;
    session.isCleared = false;
    session.phase = 'arrived';
  }

  /** Forgets a session, and gives back what its login held. */
  end(session: KnownSession): void {
    this.#sessions.delete(session.id);
    this.hungUp(session);
    session.admitted?.login.release();
    session.admitted = undefined;
  }

  /** Notes an order for a session; of two of a kind the later one holds. */
  order({ orders }: KnownSession, order: SessionOrder): void {
    const before = orders.get(order.kind);
    if (order.kind !== 'throttle' || before?.kind !== 'throttle') orders.set(order.kind, order);
    else
      orders.set('throttle', {
        kind: 'throttle',
        upload: order.upload ?? before.upload,
        download: order.download ?? before.download,
      });
  }

  get isEmpty(): boolean {
    return this.#sessions.size === 0;
  }

  /** Those in some phases. */
  in(...phases: readonly SessionPhase[]): KnownSession[] {
    return [...this.#sessions.values()].filter(({ phase }) => phases.includes(phase));
  }
}

/** Who lines about a session are about. @param hasUser Whether its user is to be named, who has logged in by then. */
export function subjectOf({ id, remoteAddress, hostName, login, admitted }: KnownSession, hasUser = false): Subject {
  const user = hasUser && admitted !== undefined ? login : '?';
  return { user, host: hostName, session: id, address: remoteAddress };
}

/** Whom events of a session are about. @param hasUser As above. */
export function whoOf(session: KnownSession, hasUser = true): Who {
  const { id, number, remoteAddress, remotePort, localAddress, localPort, proxy, startedAt, admitted } = session;
  const { user, host } = subjectOf(session, hasUser);
  const account = admitted?.login.account.login ?? '?';
  const client = { remoteAddress, remotePort, localAddress, localPort, proxy };
  return { session: id, number, ...client, startedAt, user, host, account };
}

/** What a session is for the process that it moves to: who it is by the book, the rest as the other process has said. */
export function movedSession(session: KnownSession, state: MovingState): MovedSession {
  const { id, remoteAddress, remotePort, localAddress, localPort, proxy, startedAt, login, failures, hostName } =
    session;
  const origin = { sessionId: id, remoteAddress, remotePort, localAddress, localPort, proxy, startedAt };
  return { ...state, ...origin, username: login, attemptedLogins: failures, hostName };
}

/** What its connection is where its client's own was moved, or what a gate relays of it. */
export function connectionOf(session: KnownSession, relayedBy: number | undefined): HandedOver {
  if (relayedBy !== undefined) return { kind: 'relay', maker: relayedBy };
  const { remoteAddress, remotePort, localAddress, localPort, proxy } = session;
  return {
    kind: 'client',
    remote: { address: proxy?.address ?? remoteAddress, port: proxy?.port ?? remotePort },
    local: { address: proxy?.localAddress ?? localAddress, port: localPort },
  };
}
