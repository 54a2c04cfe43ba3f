// What the monitor says to the processes it has started.
import type { Account } from '@pure-ftpd/auth';
import type { CertificateAnswer, Certificates } from '@pure-ftpd/certificates';

import type { Configuration, StorageMount } from '@pure-ftpd/options';
import type { Reason } from '@pure-ftpd/server';
import type { ProxyConnection } from '@pure-ftpd/server/internal';
import type { UnfinishedUpload } from '../../unfinished/unfinished-upload.ts';
import type { SessionOrder } from '../../contract/session-order.ts';
import type { Rates } from '../../limits/shared-bandwidth.ts';
import type { Numbers } from '../../metrics/tally.ts';
import type { NewIdentity } from '../become.ts';
import type { MovingState, MovingTls } from './to-monitor.ts';

/** A session that moves: who it is, by the book of the monitor, and what its client has made of it. */
export interface MovedSession extends MovingState {
  readonly sessionId: string;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
  readonly proxy: ProxyConnection | undefined;
  readonly startedAt: number;
  /** Of the login that was admitted; empty where nobody is logged in. */
  readonly username: string;
  readonly attemptedLogins: number;
  readonly hostName: string;
}

/** The certificates, as the monitor has read them. */
export interface GateTls {
  readonly certificates: Certificates;
  /** Whether a certificate daemon is asked for names. */
  readonly asks: boolean;
}

/** To the gate, when it has its listeners. */
export interface StartGate {
  readonly type: 'startGate';
  /** Process id of the monitor. */
  readonly monitor: number;
  readonly configuration: Configuration;
  readonly identity: NewIdentity;
  /** What connections are protected with; undefined where there is no TLS. */
  readonly tls: GateTls | undefined;
  /** Sessions that are being served, which count. */
  readonly served: readonly { readonly session: string; readonly address: string }[];
}

/** The first message to a spare worker: what it may know before it has an identity. */
export interface Prepare {
  readonly type: 'prepare';
  readonly monitor: number;
  readonly configuration: Configuration;
  /** With whose rights it practises. */
  readonly identity: NewIdentity;
  /** Where it practises: a folder of that identity. */
  readonly folder: string;
}

/** To a worker, first or after `prepare`: whom it becomes. */
export interface StartWorker {
  readonly type: 'startWorker';
  readonly monitor: number;
  readonly configuration: Configuration;
  readonly identity: NewIdentity;
}

/** Ends what is idle, and the rest when it is done, or after that time. */
export interface Close {
  readonly type: 'close';
  readonly seconds: number;
}

/** What an administrator has ordered for a session. One that has gone meanwhile is none of the receiver's any more. */
export interface Order {
  readonly type: 'order';
  readonly session: string;
  readonly order: SessionOrder;
}

export type MessageToGate =
  /** Before it starts: a socket on which it will listen, as a descriptor. */
  | { readonly type: 'listener'; readonly implicitTls: boolean }
  /** Before it starts: the connection of the only client, as a descriptor. */
  | { readonly type: 'client'; readonly implicitTls: boolean }
  | StartGate
  /** What became of a login. */
  | {
      readonly type: 'judgement';
      readonly session: string;
      readonly kind: 'admitted' | 'refused' | 'notServed' | 'tooMany' | 'unavailable';
    }
  /** The address of `-P`, or why it is not known. */
  | {
      readonly type: 'announcedAddress';
      readonly session: string;
      readonly address: string | { readonly reason: string };
    }
  /** Certificates that have been replaced. */
  | { readonly type: 'certificates'; readonly certificates: Certificates }
  /** What the certificate daemon says of a name. */
  | { readonly type: 'certificateAnswer'; readonly request: number; readonly answer: CertificateAnswer }
  /** After so many bytes of its worker, a session goes on in clear. */
  | { readonly type: 'clearControl'; readonly session: string; readonly written: number }
  /** A session that another gate has, which counts. */
  | { readonly type: 'elsewhere'; readonly session: string; readonly address: string }
  /** A session that is served has ended. */
  | { readonly type: 'ended'; readonly session: string }
  /** Nobody new is to be accepted. */
  | { readonly type: 'stopListening' }
  /** Who is banned from now on, and until when (milliseconds since 1970), and who is no more; families that nobody is served of. */
  | {
      readonly type: 'bans';
      readonly set: readonly (readonly [network: string, until: number])[];
      readonly lifted: readonly string[];
      readonly denied?: readonly (4 | 6)[];
    }
  /** A session whose user has left, with its connection. */
  | { readonly type: 'back'; readonly state: MovedSession; readonly unread: Buffer }
  | Order
  | Close;

export type MessageToWorker =
  | Prepare
  | StartWorker
  /** A session to be served, with its connection. */
  | {
      readonly type: 'serve';
      readonly state: MovedSession;
      readonly unread: Buffer;
      readonly account: Account;
      /** The descriptor is a relay of the gate. */
      readonly relayed: boolean;
      /** Of a session whose connection the gate protects. */
      readonly tls: MovingTls | undefined;
    }
  /** The home of a session that is about to come, where that is in a bucket: the connection to who has the credentials. */
  | { readonly type: 'storage'; readonly session: string }
  /** Bytes a second that this process may have of what sessions have between them: `others` of users who are not named. */
  | {
      readonly type: 'bandwidth';
      readonly server: Rates;
      readonly users: ReadonlyMap<string, Rates>;
      readonly others: Rates;
    }
  /** What a session says is said in clear now. */
  | { readonly type: 'controlCleared'; readonly session: string }
  /** An active data connection that was asked for; without a descriptor, why there is none. */
  | { readonly type: 'connected'; readonly request: number; readonly reason?: Reason }
  /** A passive port that was asked for, or why there is none. */
  | { readonly type: 'reserved'; readonly request: number; readonly port?: number; readonly reason?: Reason }
  /** What a dead worker of the same identity has left is to be removed; answered when it is gone, or cannot be. */
  | { readonly type: 'removeUnfinished'; readonly upload: UnfinishedUpload }
  /** A file that was stored is written down, or cannot be. */
  | { readonly type: 'recorded'; readonly request: number; readonly isKept: boolean }
  /** Whether no uploads are to begin, because there is no room to write them down. */
  | { readonly type: 'holdUploads'; readonly isFull: boolean }
  /** A data connection to that port, and what was read from it: behind the header of a proxy more may have come. */
  | { readonly type: 'dataConnection'; readonly request: number; readonly unread: Buffer }
  | Order
  | Close;

export type MessageToMetrics =
  /** Whom the process becomes, undefined for who the server is; with the socket on which it listens, as a descriptor. */
  | { readonly type: 'startMetrics'; readonly monitor: number; readonly identity: NewIdentity | undefined }
  /** What it has asked for. */
  | { readonly type: 'numbers'; readonly numbers: Numbers; readonly isServing: boolean };

export type MessageToStorage =
  /** Whom the process becomes once it has the credentials of the mount. */
  | {
      readonly type: 'startStorage';
      readonly monitor: number;
      readonly mount: StorageMount;
      readonly identity: NewIdentity;
    }
  /** A session may have done what it likes below a prefix: the connection over which it asks, as a descriptor. */
  | { readonly type: 'home'; readonly session: string; readonly prefix: string }
  /** It is over. */
  | { readonly type: 'leave'; readonly session: string };

export type MessageToChild = MessageToGate | MessageToWorker | MessageToMetrics | MessageToStorage;

/** A message from the monitor, by its type. */
export type ToChild<Type extends MessageToChild['type']> = Extract<MessageToChild, { readonly type: Type }>;
