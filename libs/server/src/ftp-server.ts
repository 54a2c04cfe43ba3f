import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import { normalizeAddress } from '@pure-ftpd/protocol';

import { PassivePorts } from './data/passive-ports.ts';
import { ServerError } from './errors.ts';
import type { FTPHandler } from './ftp-handler.ts';
import { replyBytes, replyFor } from './replies/catalogue.ts';

/** A local address to listen on. */
export interface ListenAddress {
  /** Without it, all addresses of the machine. */
  readonly host?: string;
  /** 0 lets the kernel choose. */
  readonly port: number;
  /** Only IPv6, where the host is `::`. */
  readonly ipv6Only?: boolean;
}

export interface FTPServerOptions {
  /** Connections that may wait to be accepted. */
  readonly backlog?: number;
  /**
   * Called when every address is bound and before the first client is served: the place to give up privileges. What
   * it throws, `listen` throws, and nobody is served.
   */
  readonly beforeServing?: (addresses: readonly AddressInfo[]) => void | Promise<void>;
}

/** Clients that may come before the server is ready to serve; more are dropped. */
const EARLY_LIMIT = 1024;

/** How long a client that is refused may take to read why, in milliseconds. */
const REFUSAL_MS = 5000;

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
  readonly #addresses: readonly ListenAddress[];
  readonly #handler: typeof FTPHandler;
  readonly #options: FTPServerOptions;
  readonly #listeners: Server[] = [];
  readonly #sessions = new Set<FTPHandler>();
  readonly #sessionsByAddress = new Map<string, number>();
  readonly #refused = new Set<Socket>();
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
    this.#addresses = isList(address) ? address : [address];
    this.#handler = handler;
    this.#options = options;
    this.passivePorts = new PassivePorts(handler.passivePorts);
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
    if (this.#listeners.length === 0) await this.listen();
    await this.#finished.promise;
  }

  /** Where the server listens. */
  get addresses(): AddressInfo[] {
    return this.#listeners
      .map((listener) => listener.address())
      .filter((address) => address !== null && typeof address === 'object');
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
    for (const socket of this.#refused) socket.destroy();
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

  /** Called by a session when it is over. */
  sessionEnded(session: FTPHandler): void {
    if (!this.#sessions.delete(session)) return;
    const left = (this.#sessionsByAddress.get(session.remoteAddress) ?? 1) - 1;
    if (left === 0) this.#sessionsByAddress.delete(session.remoteAddress);
    else this.#sessionsByAddress.set(session.remoteAddress, left);
    this.#finishIfDone();
  }

  /** A command threw what nobody expected. Does nothing by itself: the session has said 451 and told its hooks. */
  onError(_error: Error, _session: FTPHandler): void {
    return;
  }

  /** A client is refused because of a limit. */
  onRefused(_remoteAddress: string, _limit: 'maxCons' | 'maxConsPerIp'): void {
    return;
  }

  #listenOn(address: ListenAddress): Promise<Server> {
    return new Promise((resolve, reject) => {
      // A client may end its side and still read our replies.
      const server = createServer({ allowHalfOpen: true });
      const fail = (error: NodeJS.ErrnoException): void => {
        const where = `${address.host ?? '*'} port ${address.port}`;
        const reason =
          error.code === 'EADDRINUSE'
            ? 'the port is in use'
            : error.code === 'EACCES'
              ? 'not permitted'
              : error.message;
        reject(new ServerError('LISTEN', `cannot listen on ${where}: ${reason}`, { cause: error }));
      };
      server.once('error', fail);
      server.listen(
        {
          port: address.port,
          backlog: this.#options.backlog ?? 511,
          exclusive: true,
          ...(address.host === undefined ? {} : { host: address.host }),
          ...(address.ipv6Only === undefined ? {} : { ipv6Only: address.ipv6Only }),
        },
        () => {
          server.off('error', fail);
          // An accept that fails (too many descriptors) costs that connection, not the server.
          server.on('error', () => undefined);
          server.on('connection', (socket) => this.#connected(socket));
          server.on('close', () => this.#finishIfDone());
          resolve(server);
        },
      );
    });
  }

  #connected(socket: Socket): void {
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

  #accept(socket: Socket): void {
    const address = normalizeAddress(socket.remoteAddress ?? '');
    if (address === undefined || this.#closed || socket.destroyed) {
      // Gone before it was accepted, or too late.
      socket.destroy();
      return;
    }
    const fromAddress = this.#sessionsByAddress.get(address) ?? 0;
    if (this.maxCons > 0 && this.#sessions.size >= this.maxCons) {
      this.#refuse(socket, address, 'maxCons');
      return;
    }
    if (this.maxConsPerIp > 0 && fromAddress >= this.maxConsPerIp) {
      this.#refuse(socket, address, 'maxConsPerIp');
      return;
    }
    this.#sessionsByAddress.set(address, fromAddress + 1);
    const Handler = this.#handler;
    const session = new Handler(socket, this);
    this.#sessions.add(session);
    session.start().catch((error: unknown) => {
      this.onError(error instanceof Error ? error : new Error(String(error)), session);
      session.close('the session could not be started');
    });
  }

  /** Says why, and closes, without a session: being refused must cost less than being served. */
  #refuse(socket: Socket, address: string, limit: 'maxCons' | 'maxConsPerIp'): void {
    this.onRefused(address, limit);
    if (this.#refused.size >= 256) {
      socket.destroy();
      return;
    }
    this.#refused.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#refused.delete(socket));
    socket.setTimeout(REFUSAL_MS, () => socket.destroy());
    socket.resume();
    const outcome = limit === 'maxCons' ? 'tooManyConnections' : 'tooManyConnectionsFromAddress';
    socket.end(replyBytes(replyFor(this.#handler.catalogue, { name: outcome })));
  }

  #finishIfDone(): void {
    const listening = this.#listeners.some((listener) => listener.listening);
    if (this.#closed && !listening && this.#sessions.size === 0 && this.#dataSockets.size === 0)
      this.#finished.resolve();
  }
}

function isList(address: ListenAddress | readonly ListenAddress[]): address is readonly ListenAddress[] {
  return Array.isArray(address);
}
