import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';

import type { Awaitable } from './virtual-file.ts';
import type { Client } from './client.ts';
import type { TlsInfo } from './tls-info.ts';

/** A certificate and its key: who the server proves to be. An object never changes its content; what is new is another one. */
export interface TlsIdentity {
  /** The certificate, then those it depends on, in PEM. */
  readonly certificate: string | Buffer;
  /** Its private key, in PEM. */
  readonly key: string | Buffer;
  /** What the key is encrypted with. */
  readonly passphrase?: string;
  /** Certificates of the authorities whose clients are accepted, in PEM, where they depend on the identity. */
  readonly authorities?: string | Buffer | readonly (string | Buffer)[];
}

/**
 * What becomes of a client that names the server it wants: this certificate, also on the data connections of its session;
 * the one for clients that name none; or the end of the connection.
 */
export type NamedIdentity = TlsIdentity | 'default' | 'refuse';

/** Where a server has its certificates from. Asked anew for every session, so that what is replaced is used by the next. */
export interface TlsIdentitySource {
  /** For clients that name no server, and wherever `forServerName` says `default`. */
  current(): TlsIdentity;
  /**
   * For a client that names the server it wants (SNI), while nobody is logged in. Without it all get `current`. What it
   * throws ends the connection, as `refuse` does.
   * @param serverName What the client has sent, in any form.
   */
  forServerName?(serverName: string, client: Client): Awaitable<NamedIdentity>;
}

/** How the data connections of a session relate to its control connection. */
export type DataSessionReuse = 'off' | 'prefer' | 'require';

/** What becomes of an upload over TLS whose end is not the client's word. */
export type TlsTruncation = 'refuse' | 'allow';

/** A data connection that is protected, and how to tell afterwards whether what the client sent is all there was. */
export interface SecuredData {
  readonly socket: TLSSocket;
  readonly info: TlsInfo;
  readonly endedByClient: () => boolean;
}

/** What another process needs to protect the data connections of a session. Whoever has it can pass for its client. */
export interface TlsHandover {
  /** 48 bytes. */
  readonly ticketKeys: Buffer;
  /** Sessions of clients without tickets (TLS 1.2), by their id in hexadecimal; eight at most. */
  readonly sessions: ReadonlyMap<string, Buffer>;
  readonly identity: TlsIdentity;
  /** What was agreed on for the control connection. */
  readonly info: TlsInfo;
}

/** What the handshake of a control connection is made over, and whether the client has offered TLS 1.3. */
export type ControlCarrier = Duplex & { readonly offersTls13: boolean };

/** How a data connection is to be protected. */
export interface DataProtection {
  /** Whether the server sends on it. */
  readonly sends: boolean;
  readonly reuse: DataSessionReuse;
  /** Raised when nobody wants it any more. */
  readonly signal: AbortSignal;
}

/** What one control connection and its data connections have in common in TLS. */
export interface Protection {
  /** @throws TlsHandshakeFailed */
  secureControl(carrier: ControlCarrier): Promise<TLSSocket>;
  /** @throws TlsHandshakeFailed, DataSessionNotResumed, TransferAborted; the socket is destroyed then. */
  secureData(socket: Socket, how: DataProtection): Promise<SecuredData>;
  /** What goes on in another process. */
  handover(info: TlsInfo): TlsHandover;
}

/** What sessions protect their connections with. */
export interface TlsOffer {
  /** How many handshakes may go on at a time. */
  readonly handshakes: {
    /**
     * Takes a place for the handshake of a control connection.
     * @param giveUp Called when the place is needed for others.
     * @returns What gives the place back; undefined when there is none.
     */
    enter(address: string, giveUp: () => void): (() => void) | undefined;
  };
  /**
   * Protection for a client.
   * @param handover What it was in another process, where the session began there.
   */
  protect(client: Client, handover?: TlsHandover): Protection;
}

/** How the connections of a session are protected. */
export interface SessionTls {
  /** Protects the control connection. @returns Whether it is protected now; the session is over otherwise. */
  start(protection: Protection): Promise<boolean>;
  /** The control connection goes on in clear; data connections are as protected as they were (CCC, REIN). */
  stop(): Promise<void>;
}
