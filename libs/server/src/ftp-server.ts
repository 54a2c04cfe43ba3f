import type { AddressInfo, Server, Socket } from 'node:net';

import { normalizeAddress } from '@pure-ftpd/protocol';

import { type ConnectionLimit, ConnectionCount, Refusals } from './connection-limits.ts';
import { AnnouncedAddresses } from './data/announced-address.ts';
import { PassivePorts, type PortRange } from './data/passive-ports.ts';
import type { FTPHandler } from './ftp-handler.ts';
import { addressList, boundAddresses, listenOn, type ListenAddress } from './listening.ts';

export interface FTPServerOptions {
  /** Connections that may wait to be accepted. */
  readonly backlog?: number;
  /** Ports for passive data connections, instead of those of the handler. */
  readonly passivePorts?: PortRange;
  /**
   * Called when every address is bound and before the first client is served: the place to give up privileges. What
   * it throws, `listen` throws, and nobody is served.
   */
  readonly beforeServing?: (addresses: readonly AddressInfo[]) => void | Promise<void>;
}

/** Connections that may wait to be accepted, unless told otherwise. */
const DEFAULT_BACKLOG = 511;

/** Clients that may come before the server is ready to serve; more are dropped. */
const EARLY_LIMIT = 1024;

/**
 * Listens, and makes a handler for each client.
 *
 * @example
 * const server = new FTPServer({ host: '127.0.0.1', port: 2121 }, FTPHandler);
 * await server.serveForever();
 */
export class FTPServer {
  /** Most sessions at a time; 0 for no limit. */
  maxCons = 512;
  /** Most sessions at a time from one address; 0 for no limit. */
  maxConsPerIp = 0;
  /** The passive ports all sessions share. */
  readonly passivePorts: PassivePorts;
  /** Which address each client is told to connect to. */
  readonly announcedAddresses: AnnouncedAddresses;
  readonly #addresses: readonly ListenAddress[];
  readonly #handler: typeof FTPHandler;
  readonly #options: FTPServerOptions;
  readonly #listeners: Server[] = [];
  readonly #sessions = new Set<FTPHandler>();
  readonly #count = new ConnectionCount();
  readonly #refusals = new Refusals();
  readonly #dataSockets = new Set<Socket>();
  readonly #finished: PromiseWithResolvers<void> = Promise.withResolvers();
  /** Clients who came before the server was ready; undefined from then on. */
  #early: Socket[] | undefined = [];
  #closed = false;

  /**
   * @param address Where to listen: one address, or several.
   * @param handler The class of the sessions: {@link FTPHandler} or a subclass.
   */
  constructor(
    address: ListenAddress | readonly ListenAddress[],
    handler: typeof FTPHandler,
    options: FTPServerOptions = {},
  ) {
    this.#addresses = addressList(address);
    this.#handler = handler;
    this.#options = options;
    this.announcedAddresses = new AnnouncedAddresses(handler.announceRules);
    this.passivePorts = new PassivePorts(options.passivePorts ?? handler.passivePorts);
  }

  /**
   * Listens on every address.
   * @throws ServerError with code `LISTEN` when one cannot be listened on; none is then.
   */
  async listen(): Promise<void> {
    try {
      for (const address of this.#addresses) this.#listeners.push(await this.#listenOn(address));
      await this.#options.beforeServing?.(this.addresses);
      const early = this.#early ?? [];
      this.#early = undefined;
      for (const socket of early) this.#accept(socket);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Listens, and comes back when the server has been closed and every session has ended. */
  async serveForever(): Promise<void> {
    if (this.#early !== undefined && !this.#closed) await this.listen();
    await this.#finished.promise;
  }

  /** `await using server = …`: closes, and waits until everything is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.serveForever();
  }

  /** Where the server listens. */
  get addresses(): AddressInfo[] {
    return boundAddresses(this.#listeners);
  }

  /** The sessions of now. */
  get sessions(): ReadonlySet<FTPHandler> {
    return this.#sessions;
  }

  /** Takes no more clients; sessions go on. */
  stopListening(): void {
    for (const listener of this.#listeners) listener.close();
  }

  /** Ends everything: listeners, sessions, data connections. {@link serveForever} comes back when all of it is gone. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.stopListening();
    for (const session of this.#sessions) {
      session.respond({ name: 'serverClosing' });
      session.close('the server is shutting down');
    }
    for (const socket of this.#early ?? []) socket.destroy();
    this.#refusals.close();
    for (const socket of this.#dataSockets) socket.destroy();
    this.passivePorts.close();
    this.#finishIfDone();
  }

  /** Keeps track of a data connection, so that none outlives the server. Called by sessions. */
  adoptDataSocket(socket: Socket): void {
    this.#dataSockets.add(socket);
    socket.once('close', () => {
      this.#dataSockets.delete(socket);
      this.#finishIfDone();
    });
    if (this.#closed) socket.destroy();
  }

  /**
   * Serves a client whose connection was accepted elsewhere: by a listener of the caller's own, or another process. Clients
   * who come before {@link listen} wait for it.
   */
  accept(socket: Socket): void {
    // A client may end its side and still read our replies.
    socket.allowHalfOpen = true;
    if (this.#early === undefined) {
      this.#accept(socket);
      return;
    }
    if (this.#early.length >= EARLY_LIMIT) {
      socket.destroy();
      return;
    }
    // Who leaves again before being served is found closed then.
    socket.on('error', () => socket.destroy());
    this.#early.push(socket);
  }

  /** Called by a session when it is over. */
  sessionEnded(session: FTPHandler): void {
    if (!this.#sessions.delete(session)) return;
    this.#count.remove(session.remoteAddress);
    this.#finishIfDone();
  }

  /** A command threw what nobody expected. Does nothing by itself: the session has said 451 and told its hooks. */
  onError(_error: Error, _session: FTPHandler): void {
    return;
  }

  /** A client is refused because of a limit. */
  onRefused(_remoteAddress: string, _limit: ConnectionLimit): void {
    return;
  }

  async #listenOn(address: ListenAddress): Promise<Server> {
    const server = await listenOn(address, this.#options.backlog ?? DEFAULT_BACKLOG);
    server.on('connection', (socket) => this.accept(socket));
    server.on('close', () => this.#finishIfDone());
    return server;
  }

  #accept(socket: Socket): void {
    const address = normalizeAddress(socket.remoteAddress ?? '');
    if (address === undefined || this.#closed || socket.destroyed) {
      // Gone before it was accepted, or too late.
      socket.destroy();
      return;
    }
    const limit = this.#count.exceeded(address, this);
    if (limit !== undefined) {
      this.onRefused(address, limit);
      this.#refusals.refuse(socket, limit, this.#handler.catalogue);
      return;
    }
    this.#count.add(address);
    const Handler = this.#handler;
    const session = new Handler(socket, this);
    this.#sessions.add(session);
    session.start().catch((error: unknown) => {
      this.onError(error instanceof Error ? error : new Error(String(error)), session);
      session.close('the session could not be started');
    });
  }

  #finishIfDone(): void {
    const listening = this.#listeners.some((listener) => listener.listening);
    if (this.#closed && !listening && this.#sessions.size === 0 && this.#dataSockets.size === 0)
      this.#finished.resolve();
  }
}
