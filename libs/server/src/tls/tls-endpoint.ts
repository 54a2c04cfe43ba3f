import type { Duplex } from 'node:stream';
import { type SecureContext, Server, type TLSSocket, type TlsOptions as ServerOptions } from 'node:tls';

import { asError } from '@pure-ftpd/protocol';

import { TlsHandshakeFailed } from '../errors.ts';
import { decideTickets, type TicketPolicy } from './ticket-keys.ts';
import { type Reason, reason } from '../replies/reasons.ts';

/** Sessions without tickets that one control connection may leave to be resumed. */
const REMEMBERED_SESSIONS = 8;

/** Protocols a client may say it wants to speak here (ALPN); one that only wants others is talking to the wrong server. */
const PROTOCOLS = ['ftp', 'ftp-data', 'x-filezilla-ftp'];

/** Chooses a certificate by the name of the server the client wants; undefined for the endpoint's own. */
export type ContextByName = (serverName: string) => Promise<SecureContext | undefined>;

/** What an endpoint is to do in one handshake. */
export interface EndpointUse {
  readonly tickets: TicketPolicy;
  /** Sessions that are resumed without tickets (TLS 1.2), by their id. */
  readonly sessions: Map<string, Buffer>;
  readonly contextByName?: ContextByName | undefined;
}

/**
 * The server side of handshakes: a `tls.Server` that listens nowhere, with one certificate. It is used for one handshake after
 * the other, each with its own keys, since making one takes longer than a handshake that resumes.
 */
export class TlsEndpoint {
  readonly #server: Server;
  #use: EndpointUse | undefined;
  readonly #decidesTickets: boolean;
  #busy = false;

  constructor(options: ServerOptions) {
    this.#server = new Server({
      ...options,
      ALPNProtocols: PROTOCOLS,
      SNICallback: (serverName, done) => void this.#chooseContext(serverName, done),
    });
    this.#server.on('newSession', (id: Buffer, session: Buffer, done: () => void) => {
      this.#remember(id.toString('hex'), session);
      done();
    });
    this.#server.on('resumeSession', (id: Buffer, done: (error: Error | null, session: Buffer | null) => void) => {
      done(null, this.#use?.sessions.get(id.toString('hex')) ?? null);
    });
    this.#decidesTickets = decideTickets(this.#server, () => this.#use?.tickets);
  }

  /**
   * Makes a connection a protected one. Not more than one at a time.
   * @param carrier The connection; destroyed when the handshake fails.
   * @param timeoutSeconds How long it may take.
   * @param secured Called the moment the handshake is done, before any of the client's data is seen.
   * @throws TlsHandshakeFailed
   */
  handshake(
    carrier: Duplex,
    use: EndpointUse,
    timeoutSeconds: number,
    secured?: (socket: TLSSocket) => void,
  ): Promise<TLSSocket> {
    if (this.#busy) throw new Error('an endpoint does one handshake at a time');
    if (carrier.destroyed) return Promise.reject(new TlsHandshakeFailed(reason('clientGone')));
    this.#busy = true;
    this.#use = use;
    const server = this.#server;
    if (!this.#decidesTickets) server.setTicketKeys(use.tickets.keys().bytes);
    return new Promise((resolve, reject) => {
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        carrier.destroy();
      }, timeoutSeconds * 1000);
      const settle = (): void => {
        clearTimeout(timer);
        server.off('secureConnection', onSecure);
        server.off('tlsClientError', onError);
        this.#busy = false;
      };
      const onSecure = (socket: TLSSocket): void => {
        settle();
        // Refused by OpenSSL already (SSL_OP_NO_RENEGOTIATION); this ends the connection of who tries.
        socket.disableRenegotiation();
        socket.allowHalfOpen = true;
        secured?.(socket);
        resolve(socket);
      };
      const onError = (error: Error, socket: TLSSocket): void => {
        settle();
        // What else it has to say is of no use, and must not be an unhandled error.
        socket.on('error', () => undefined);
        carrier.destroy();
        const why = late ? reason('handshakeTooSlow') : whyOf(error, socket);
        reject(new TlsHandshakeFailed(why, { cause: error }));
      };
      server.once('secureConnection', onSecure);
      server.once('tlsClientError', onError);
      // Who ends the connection in the middle of a handshake has gone; afterwards it is an end like any other.
      carrier.allowHalfOpen = false;
      server.emit('connection', carrier);
      carrier.allowHalfOpen = true;
    });
  }

  /** Forgets whom it was used for. */
  forget(): void {
    this.#use = undefined;
  }

  async #chooseContext(
    serverName: string,
    done: (error: Error | null, context?: SecureContext) => void,
  ): Promise<void> {
    let failure: Error | null = null;
    let context: SecureContext | undefined;
    try {
      context = await this.#use?.contextByName?.(serverName);
    } catch (error) {
      failure = asError(error);
    }
    done(failure, context);
  }

  #remember(id: string, session: Buffer): void {
    const sessions = this.#use?.sessions;
    if (sessions === undefined) return;
    sessions.set(id, session);
    if (sessions.size <= REMEMBERED_SESSIONS) return;
    const [oldest] = sessions.keys();
    if (oldest !== undefined) sessions.delete(oldest);
  }
}

/** Why a handshake failed, in few words: OpenSSL's, or those about the client's certificate. */
function whyOf(error: Error, socket: TLSSocket): Reason | string {
  const { authorizationError } = socket;
  if (authorizationError !== undefined && authorizationError !== null) {
    return `the client's certificate is refused: ${String(authorizationError)}`;
  }
  if ('reason' in error && typeof error.reason === 'string') return error.reason;
  return 'code' in error && error.code === 'ECONNRESET' ? reason('clientGone') : error.message;
}
