import type { ToldError } from '../errors.ts';
import type { Reply } from '@pure-ftpd/protocol';

import type { TransferOutcome } from '../replies/outcomes.ts';
import type { TlsInfo } from './tls-info.ts';

/**
 * What a session does, as it happens: plain data, which JSON keeps. Who the client is is said once, in `connect`, and who has logged
 * in in `login`: every event has the session's id, by which a hearer knows the rest. In a session that another process goes on with,
 * the hearer there knows that from who has handed it over.
 */
export type SessionEvent = { readonly sessionId: string; readonly sequence: number } & SessionEventBody;

export type SessionEventBody =
  | {
      readonly type: 'connect';
      readonly remoteAddress: string;
      readonly remotePort: number;
      readonly localAddress: string;
      readonly localPort: number;
    }
  | ({ readonly type: 'tls'; readonly channel: 'control' | 'data' } & Omit<TlsInfo, 'serverName'> & {
        readonly serverName?: string | undefined;
      })
  | { readonly type: 'tlsFailed'; readonly channel: 'control' | 'data'; readonly reason: string }
  | { readonly type: 'command'; readonly verb: string; readonly argument: string }
  | { readonly type: 'reply'; readonly reply: Reply }
  | { readonly type: 'login'; readonly username: string }
  | { readonly type: 'loginFailed'; readonly username: string; readonly reason: string }
  | { readonly type: 'logout'; readonly username: string }
  | {
      /** A file is about to be moved: the data connection is there. One `transfer` follows, however it ends. */
      readonly type: 'transferStarted';
      /** No other one of the process has this number: by it `transferPosition` tells where in the file it is by now. */
      readonly transfer: number;
      readonly direction: 'send' | 'receive';
      /** On the server, as in `transfer`. */
      readonly path: string;
      /** Where in the file it begins, in bytes. */
      readonly offset: number;
      /** Of the file that is sent, in bytes; nobody knows that of what is received. */
      readonly size?: number | undefined;
    }
  | {
      readonly type: 'transfer';
      /** As in `transferStarted`; missing where the data connection was made, and nothing more. */
      readonly transfer?: number | undefined;
      readonly direction: 'send' | 'receive';
      readonly path: string;
      /** Sent over the wire, or stored in the file, where none of an upload is that has left nothing. In TYPE A the other side counts others. */
      readonly bytes: number;
      readonly seconds: number;
      readonly complete: boolean;
      /** What the client is told of it. */
      readonly outcome: TransferOutcome;
      /** An upload that a limit of the storage has ended: nothing of it stays. */
      readonly overLimit?: boolean;
      /** Line ends were converted (TYPE A). */
      readonly ascii: boolean;
      /** TLS protected the data connection. */
      readonly secured: boolean;
    }
  | { readonly type: 'removed' | 'directoryCreated' | 'directoryRemoved'; readonly path: string }
  | { readonly type: 'renamed'; readonly from: string; readonly to: string }
  | {
      readonly type: 'error';
      readonly error: ToldError;
      /** The verb that was executed. */
      readonly command?: string | undefined;
      /** The method of the developer's that has failed. */
      readonly hook?: string | undefined;
    }
  | { readonly type: 'disconnect'; readonly reason: string };
