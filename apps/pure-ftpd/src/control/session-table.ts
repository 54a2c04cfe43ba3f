import type { SessionItem } from '@pure-ftpd/control';

import type { ServerEvent, Sink, Who } from '../events/event.ts';

interface Transfer {
  readonly direction: 'download' | 'upload';
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  readonly startedAt: number;
  position: number;
}

interface Entry {
  who: Who;
  pid: number;
  isLoggedIn: boolean;
  transfer: Transfer | undefined;
  throttle: SessionItem['throttle'];
}

/** A session, for who counts or looks for some. */
export interface TableSession {
  readonly id: string;
  /** The name of the account; undefined before the login. */
  readonly user: string | undefined;
  readonly address: string;
  readonly pid: number;
}

/** Who is connected, and what is transferred: what the control socket shows. */
export class SessionTable implements Sink {
  readonly name = 'sessions';
  readonly #entries = new Map<string, Entry>();
  readonly #leaving = new Set<() => void>();

  hear(event: ServerEvent): void {
    const { who } = event;
    if (who === undefined) return;
    if (event.type === 'arrived') {
      this.#entries.set(who.session, {
        who,
        pid: event.pid,
        isLoggedIn: false,
        transfer: undefined,
        throttle: undefined,
      });
      return;
    }
    const entry = this.#entries.get(who.session);
    if (entry !== undefined) this.#change(entry, event, who);
  }

  #change(entry: Entry, event: ServerEvent, who: Who): void {
    entry.who = who;
    switch (event.type) {
      case 'served':
        entry.pid = event.pid;
        break;
      case 'loggedIn':
      case 'loggedOut':
        entry.isLoggedIn = event.type === 'loggedIn';
        entry.transfer = undefined;
        break;
      case 'transferBegan': {
        const { direction, name, offset, size, time } = event;
        entry.transfer = { direction, name, offset, size, position: offset, startedAt: time };
        break;
      }
      case 'progress':
        if (entry.transfer !== undefined) entry.transfer.position = event.position;
        break;
      case 'idle':
        entry.transfer = undefined;
        break;
      case 'left':
        this.#entries.delete(who.session);
        for (const look of this.#leaving) look();
        break;
      case 'arrived':
      case 'introduced':
      case 'line':
      case 'loginRefused':
      case 'transferred':
      case 'violated':
      case 'judged':
      case 'turnedAway':
      case 'storageFull':
      case 'crashed':
        break;
      default:
        event satisfies never;
    }
  }

  get size(): number {
    return this.#entries.size;
  }

  /** All of them, in the order of their arrival. */
  *all(): Iterable<TableSession> {
    for (const [id, entry] of this.#entries) yield sessionOf(id, entry);
  }

  get(id: string): TableSession | undefined {
    const entry = this.#entries.get(id);
    return entry === undefined ? undefined : sessionOf(id, entry);
  }

  /** As they are shown. Sessions may come and go while the caller does something else between two of them. */
  *items(): Iterable<SessionItem> {
    for (const [id, entry] of this.#entries) yield itemOf(id, entry);
  }

  /** What a session's bandwidth was set to. */
  throttled(id: string, { upload, download }: NonNullable<SessionItem['throttle']>): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    const { throttle: before } = entry;
    entry.throttle = { upload: upload ?? before?.upload, download: download ?? before?.download };
  }

  /** Waits until some sessions have ended. @returns Those that are still there after that time. */
  async gone(ids: readonly string[], milliseconds: number): Promise<TableSession[]> {
    const left = (): TableSession[] => ids.flatMap((id) => this.get(id) ?? []);
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    const look = (): void => {
      if (left().length === 0) resolve();
    };
    this.#leaving.add(look);
    look();
    await promise;
    clearTimeout(timer);
    this.#leaving.delete(look);
    return left();
  }
}

function sessionOf(id: string, { who, pid, isLoggedIn }: Entry): TableSession {
  return { id, user: isLoggedIn ? who.account : undefined, address: who.remoteAddress, pid };
}

function itemOf(session: string, { who, pid, isLoggedIn, transfer, throttle }: Entry): SessionItem {
  const { remoteAddress: address, remotePort: port, host, localAddress, localPort, startedAt, account } = who;
  return {
    session,
    user: isLoggedIn ? account : '?',
    address,
    port,
    host,
    localAddress,
    localPort,
    startedAt,
    pid,
    state: transfer?.direction ?? (isLoggedIn ? 'idle' : 'login'),
    file: transfer?.name,
    offset: transfer?.offset,
    position: transfer?.position,
    size: transfer?.size,
    transferStartedAt: transfer?.startedAt,
    throttle,
  };
}
