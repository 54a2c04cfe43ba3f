// What the monitor says to the processes it has started.
import type { Account } from '@pure-ftpd/auth';

import type { Configuration } from '../../options/configuration.ts';
import type { NewIdentity } from '../become.ts';
import type { MovingState } from './to-monitor.ts';

/** To the gate, when it has its listeners. */
export interface StartGate {
  readonly type: 'startGate';
  /** Process id of the monitor. */
  readonly monitor: number;
  readonly configuration: Configuration;
  readonly identity: NewIdentity;
  /** Sessions that are being served, which count. */
  readonly served: readonly { readonly session: string; readonly address: string }[];
}

/** The first message to a worker. */
export interface StartWorker {
  readonly type: 'startWorker';
  readonly monitor: number;
  readonly configuration: Configuration;
  readonly identity: NewIdentity;
}

export type MessageToChild =
  /** To the gate, before it starts: a socket on which it will listen, as a descriptor. */
  | { readonly type: 'listener'; readonly implicitTls: boolean }
  | StartGate
  | StartWorker
  /** To the gate: what became of a login. */
  | {
      readonly type: 'judgement';
      readonly session: string;
      readonly kind: 'admitted' | 'refused' | 'notServed' | 'tooMany' | 'unavailable';
    }
  /** To the gate: the address of `-P`, or why it is not known. */
  | {
      readonly type: 'announcedAddress';
      readonly request: number;
      readonly address: string | { readonly reason: string };
    }
  /** To the gate: a session that is served has ended. */
  | { readonly type: 'ended'; readonly session: string }
  /** To the gate: a session whose user has left, with its connection. */
  | { readonly type: 'back'; readonly state: MovingState; readonly unread: Buffer }
  /** To a worker: a session to be served, with its connection. */
  | {
      readonly type: 'serve';
      readonly state: MovingState;
      readonly unread: Buffer;
      readonly account: Account;
    }
  /** To a worker: an active data connection that was asked for; without a descriptor, why there is none. */
  | { readonly type: 'connected'; readonly request: number; readonly reason?: string }
  /** To a worker: a passive port that was asked for, or why there is none. */
  | { readonly type: 'reserved'; readonly request: number; readonly port?: number; readonly reason?: string }
  /** To a worker: a data connection to that port. */
  | { readonly type: 'dataConnection'; readonly request: number }
  /** Ends what is idle, and the rest when it is done, or after that time. */
  | { readonly type: 'close'; readonly seconds: number };

/** A message from the monitor, by its type. */
export type ToChild<Type extends MessageToChild['type']> = Extract<MessageToChild, { readonly type: Type }>;
