// What is told of sessions, in any process, and to whom: plain data.
import type { ProxyConnection } from '@pure-ftpd/server/internal';

import type { Level, Subject } from '../log/log-entry.ts';

/** Whom an event is about: said by the process that knows it, which is the monitor where there is one. */
export interface Who extends Subject {
  /** Its id. */
  readonly session: string;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
  /** The connection of the proxy that brings the client; undefined where none does. */
  readonly proxy?: ProxyConnection | undefined;
  /** In milliseconds since 1970. */
  readonly startedAt: number;
  /** What distinguishes it from others that began in the same second. */
  readonly number: number;
  /** The name of the account, `?` until somebody has logged in. */
  readonly account: string;
}

/** What became of a login: `disabled` may not log in at all, `limit` has as many sessions as it may have. */
export const LOGIN_VERDICTS = ['admitted', 'refused', 'unknown', 'disabled', 'limit', 'unavailable'] as const;
export type LoginVerdict = (typeof LOGIN_VERDICTS)[number];

/** Why a client has no session: as many as there may be, in all or from its address; banned; its proxy does not say who it is. */
export const TURNED_AWAY = ['sessions', 'address', 'ban', 'proxy'] as const;
export type TurnedAway = (typeof TURNED_AWAY)[number];

/** Processes that are started again when they have crashed. */
export const SERVER_PROCESSES = ['gate', 'worker', 'spare', 'metrics', 'webhooks', 'storage'] as const;
export type ServerProcess = (typeof SERVER_PROCESSES)[number];

/** What happened. */
export type EventBody =
  /** A client is there. */
  | { readonly type: 'arrived' }
  /** Its name is known, or that it has none. */
  | { readonly type: 'introduced' }
  /** Another process serves it from now on. */
  | { readonly type: 'served' }
  | { readonly type: 'loggedIn' | 'loggedOut' }
  /** A login has failed: the password is wrong, or nobody knows the user. */
  | { readonly type: 'loginRefused'; readonly isUnknown: boolean }
  /** What a client says is not what a client of FTP says: HTTP, a line without end, TLS that fails. */
  | { readonly type: 'violated' }
  /** Words for the log. */
  | { readonly type: 'line'; readonly level: Level; readonly text: string }
  /** A transfer has lasted for a moment, and is to be shown. */
  | {
      readonly type: 'transferBegan';
      readonly direction: 'download' | 'upload';
      /** As the client has called it. */
      readonly name: string;
      /** Where in the file it begins, in bytes. */
      readonly offset: number;
      /** Of the file that is downloaded, in bytes, else 0. */
      readonly size: number;
    }
  /** Where in the file the transfer is by now, in bytes: once a second, and at its end. */
  | { readonly type: 'progress'; readonly position: number }
  /** The transfer that was shown is over. */
  | { readonly type: 'idle' }
  /** A transfer is over, shown or not. */
  | {
      readonly type: 'transferred';
      readonly direction: 'download' | 'upload';
      /** On the server. */
      readonly path: string;
      readonly bytes: number;
      readonly milliseconds: number;
      readonly transferType: 'ascii' | 'binary';
      readonly complete: boolean;
      /** Of the reply. */
      readonly code: number;
      readonly encrypted: boolean;
    }
  /** What a session wanted to store is more than there may be. */
  | { readonly type: 'storageFull' }
  /** The session is over. */
  | { readonly type: 'left' }
  /** A login was judged, whoever it was. */
  | {
      readonly type: 'judged';
      /** As in `-l`, `anonymous`, or `none` where no method has known the user. */
      readonly method: string;
      readonly verdict: LoginVerdict;
      /** That the method has taken. */
      readonly milliseconds: number;
    }
  /** A client was turned away before it had a session. */
  | { readonly type: 'turnedAway'; readonly reason: TurnedAway }
  /** A process of this server has ended unasked. */
  | { readonly type: 'crashed'; readonly process: ServerProcess };

/** An event as sinks hear it. */
export type ServerEvent = EventBody & {
  /** Undefined for what is about no session. */
  readonly who: Who | undefined;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** The process it comes from. */
  readonly pid: number;
};

/** What waits to be handed on, and what will never be. */
export interface Backlog {
  readonly waiting: number;
  readonly lost: number;
}

/** Hears everything, and picks what is its own. It never throws: whatever a sink cannot write, service goes on. */
export interface Sink {
  readonly name: string;
  hear(event: ServerEvent): void;
  /** Of one that hands on what others wait for. */
  readonly backlog?: Backlog;
  /**
   * When all it was told is where it belongs.
   * @param hurry Raised when nobody wants to wait for readers.
   */
  close?(hurry: AbortSignal): Promise<void>;
}

/** Whom sessions tell: the sinks, or the process that has them. */
export interface EventTeller {
  tell(who: Who | undefined, body: EventBody): void;
}
