import type { Socket } from 'node:net';

import type { VirtualFile } from './virtual-file.ts';
import type { DataConnection } from '../sockets/data-connection.ts';
import type { Client } from './client.ts';

/** Where the next data connection comes from: one the client makes, or one we make to it. */
export interface DataEndpoint {
  /** `passive`: from the client; `active`: to the client; `established`: it is there (ESTA, ESTP). */
  readonly kind: 'passive' | 'active' | 'established';
  /** Whether the connection is there already. */
  readonly connected: boolean;
  /**
   * Makes the connection, or waits for it.
   * @throws DataConnectionUnavailable, or TransferAborted when the signal is raised.
   */
  connection(timeoutSeconds: number, signal: AbortSignal): Promise<DataConnection>;
  /** Gives back what is held. */
  release(): void;
  /** Keeps what may serve another transfer, without a new command, and says whether there is any. */
  keep?(): boolean;
}

/** A passive port that is a session's, until it is released. */
export interface Reservation {
  readonly port: number;
  /** Whether the client has connected to it. */
  readonly connected: boolean;
  /** It has served a transfer, and is kept only in case the client connects again without asking for another port. */
  spent: boolean;
  /** @throws DataConnectionUnavailable, TransferAborted. */
  connection(timeoutSeconds: number, signal: AbortSignal): Promise<DataConnection>;
  release(): void;
}

/** An active data connection to be made. */
export interface ActiveTarget {
  readonly host: string;
  readonly port: number;
  readonly timeoutSeconds: number;
  /** Raised when nobody wants it any more. */
  readonly signal: AbortSignal;
}

/** The ports of data connections. Servers of several processes bring their own, since ports are common to all of them. */
export interface DataPorts {
  /**
   * Reserves a passive port for a client, on the address it has connected to.
   * @param peer The address the connection must come from; `ANY_PEER` for any.
   * @throws DataConnectionUnavailable when no port is free for this peer.
   */
  reserve(client: Client, peer: string): Promise<Reservation>;
  /**
   * Connects to the client.
   * @returns A socket for half-open use, the caller's.
   * @throws DataConnectionUnavailable, TransferAborted.
   */
  connect(client: Client, target: ActiveTarget): Promise<Socket>;
}

export interface SendOptions {
  /** First byte to send. */
  readonly offset: number;
  /** Where to stop, in bytes from the start of the file. */
  readonly end: number;
  /** Convert line ends (TYPE A). */
  readonly ascii: boolean;
}

export interface ReceiveOptions {
  /** Where in the file the first byte goes. */
  readonly offset: number;
  /** Convert line ends (TYPE A). */
  readonly ascii: boolean;
}

/** What moves the data of one connection: the data transfer process of RFC 959 §2.3. */
export interface DataTransferProcess {
  /** Bytes moved over the wire so far. */
  readonly transmittedBytes: number;
  /** Bytes written to the file so far. */
  readonly storedBytes: number;
  /** Seconds since the connection was made. */
  readonly elapsedSeconds: number;
  /** Whether TLS protects the connection. */
  readonly isSecured: boolean;
  /** Whether the client has said that what was received is all: over TLS. */
  readonly endIsSaid: boolean;
  /** Gives the transfer up when no byte is moved for so many seconds. */
  limitSilence(seconds: number): void;
  /** Sends part of a file and ends the connection. @returns Bytes of the file that were sent. */
  sendFile(file: VirtualFile, options: SendOptions): Promise<number>;
  /** Sends chunks and ends the connection. */
  sendChunks(chunks: AsyncIterable<Buffer> | Iterable<Buffer>, ascii?: boolean): Promise<void>;
  /** Stores what the client sends, until it ends the connection. @returns Bytes written to the file. */
  receive(file: VirtualFile, options: ReceiveOptions): Promise<number>;
  /** Ends the transfer at once; whoever waits for it gets TransferAborted. */
  abort(): void;
  close(): void;
}

/** A transfer under way, from its 150 to its end: what STAT tells of, and ABOR ends. */
export interface TransferUnderWay {
  readonly kind: 'send' | 'receive' | 'list';
  /** Virtual path of the file or directory. */
  readonly path: string;
  /** Raised when it is aborted. */
  readonly signal: AbortSignal;
  /** There once the data connection is. */
  dtp: DataTransferProcess | undefined;
  /** Gives the transfer up when the client is silent for so many seconds. */
  limitSilence(seconds: number): void;
  abort(): void;
}

/** How the data of an upload came to its end. */
export interface UploadEnd {
  /** The client has said that this is the end: close_notify of TLS. */
  readonly isSaid: boolean;
  /** Bytes that came. */
  readonly bytes: number;
  /** Bytes that were announced (ALLO); 0 where nothing was. */
  readonly announced: number;
  /** How long it took. */
  readonly seconds: number;
}

/** The data connections of a session. */
export interface SessionData {
  /** The transfer that runs. */
  readonly transfer: TransferUnderWay | undefined;
  /** Whether a data connection was asked for (PASV, PORT, …) and not used. */
  readonly hasEndpoint: boolean;
  /** Takes note of where the next data connection comes from; the one before is given up. */
  setEndpoint(endpoint: DataEndpoint): void;
  /** The endpoint, which is the caller's from now on. */
  takeEndpoint(): DataEndpoint | undefined;
  releaseEndpoint(): void;
  /**
   * Opens the data connection of a transfer and says so to the client.
   * @throws DataConnectionUnavailable when there is none, TransferAborted.
   */
  open(
    transfer: TransferUnderWay,
    details?: { readonly uniqueName?: string; readonly size?: number },
  ): Promise<DataTransferProcess>;
  /** The transfer is over, well or not. */
  end(transfer: TransferUnderWay): void;
  /** Whether an upload whose data has ended is all that the client wanted to send. */
  isUploadWhole(end: UploadEnd): Promise<boolean>;
}
