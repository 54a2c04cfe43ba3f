import type { AddressInfo } from 'node:net';

import type { Awaitable } from './virtual-file.ts';
import type { DataConnection } from '../sockets/data-connection.ts';
import type { Client } from './client.ts';
import type { DataPorts } from './data.ts';
import type { SessionShares } from './account.ts';
import type { FailureContext } from './user-code.ts';

/** What a session needs of its server. */
export interface Host<OfSession> {
  /** What the sessions of each user have between them. */
  readonly userShares: SessionShares;
  /** Where data connections come from. */
  readonly dataPorts: DataPorts;
  /** Which address each client is told to connect to. */
  readonly announcedAddresses: {
    /** The address the rules have for a client; undefined where none is met. */
    addressFor(client: Pick<Client, 'localAddress' | 'proxy' | 'remoteAddress'>): Promise<string | undefined>;
    /** The address to announce: what is one already, or that of a host name. */
    resolve(announce: string): Awaitable<string>;
  };
  /** Where the server listens. */
  readonly addresses: readonly AddressInfo[];
  /** How many sessions there are, here and elsewhere. */
  readonly sessionCount: number;
  /** Most sessions at a time; 0 for no limit. */
  readonly maxCons: number;
  /** Keeps track of a data connection, so that none outlives the server. */
  adoptDataConnection(connection: DataConnection): void;
  /** A session goes on in another process. */
  sessionLeft(session: OfSession): void;
  /** A session is over. */
  sessionEnded(session: OfSession): void;
  /** Something has failed that nobody expected. */
  sessionFailed(error: Error, session: OfSession, about: FailureContext): void;
}
