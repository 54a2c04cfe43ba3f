import type { AddressInfo, Server, Socket } from 'node:net';

import { asError, normalizeAddress } from '@pure-ftpd/protocol';

import { type ConnectionLimit, ConnectionCount, Refusals } from './connection-limits.ts';
import { AnnouncedAddresses } from '../data/announced-address.ts';
import type { DataConnection } from '../sockets/data-connection.ts';
import { endsOf, ProxiedConnections } from '../sockets/proxied-connections.ts';
import type { DataPorts } from '../contract/data.ts';
import { LocalDataPorts } from '../data/data-ports.ts';
import { PassivePorts, type PortRange } from '../data/passive-ports.ts';
import type { FTPHandler, HandlerClass } from '../face/ftp-handler.ts';
import { ServerError } from '../errors.ts';
import type { CommandResult } from '../contract/command.ts';
import type { DetachedSession } from '../session/portable-session.ts';
import type { TlsHandover } from '../contract/tls.ts';
import { type CloseOptions, gracePeriod, LifeCycle, type ListenOptions, settledWithin } from './life-cycle.ts';
import { boundAddresses, listenOn, type ListenAddress } from './listening.ts';
import { printFailure } from './failure-report.ts';
import { replyBytes, replyFor } from '../replies/catalogue.ts';
import { writeAtOnce } from '../sockets/write-at-once.ts';
import { notify } from '../user-code/notify.ts';
import { UserShares } from './user-shares.ts';
import type { Counters } from './counters.ts';
import type { Awaitable } from '../contract/virtual-file.ts';
import type { FailureContext } from '../contract/user-code.ts';

import { addressList, type ServerAddress } from './server-address.ts';

export interface FTPServerOptions {
  /** Connections that may wait to be accepted. */
  readonly backlog?: number;
  /** Ports for passive data connections, instead of those of the handler. */
  readonly passivePorts?: PortRange;
  /** Where data connections come from, instead of ports that this process binds. */
  readonly dataPorts?: DataPorts;
  /** Count the connections from each address; those of this process unless told. */
  readonly counters?: Counters;
  /**
   * Networks of proxies (load balancers), as `10.0.0.0/8`: each connection from there, for data as well, begins with a header of
   * the PROXY protocol, version 1 or 2, that says whose it is. One without a whole header within 3 seconds is closed.
   */
  readonly proxyFrom?: readonly string[];
  /**
   * Asked for each client who connects, before anything else is done: whom it refuses is told 421, and is gone.
   * @param address As `remoteAddress` of a session has it.
   */
  readonly refuses?: (address: string) => boolean;
  /**
   * Called when every address is bound and before the first client is served: the place to give up privileges. What
   * it throws, `listen` throws, and nobody is served.
   */
  readonly beforeServing?: (addresses: readonly AddressInfo[]) => void | Promise<void>;
}

/** A client who came before the server was ready. */
interface EarlyClient {
  readonly socket: Socket;
  readonly implicitTls: boolean;
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
export class FTPServer<Handler extends FTPHandler = FTPHandler> {
  /** Most sessions at a time; 0 for no limit. */
  maxCons = 512;
  /** Most sessions at a time from one address; 0 for no limit. */
  maxConsPerIp = 0;
  /** Connections of proxies whose header is waited for. */
  protected readonly proxied: ProxiedConnections;
  /** The passive ports all sessions share. */
  readonly passivePorts: PassivePorts;
  /** Where data connections come from. */
  readonly dataPorts: DataPorts;
  /** Which address each client is told to connect to. */
  readonly announcedAddresses: AnnouncedAddresses;
  /** What the sessions of each user have between them. */
  readonly userShares = new UserShares();
  readonly #addresses: readonly ListenAddress[];
  #handler: HandlerClass<Handler>;
  readonly #options: FTPServerOptions;
  readonly #listeners: Server[] = [];
  /** Where they listen, as long as they do. */
  #bound: readonly AddressInfo[] | undefined;
  readonly #sessions = new Set<Handler>();
  readonly #count: ConnectionCount;
  /** Sessions that are counted here and served elsewhere: their clients' addresses. */
  readonly #elsewhere = new Map<string, string>();
  readonly #refusals = new Refusals();
  #bannedReply: Buffer | undefined;
  readonly #dataConnections = new Set<DataConnection>();
  readonly #finished: PromiseWithResolvers<void> = Promise.withResolvers();
  /** Clients who came before the server was ready; undefined from then on. */
  #early: EarlyClient[] | undefined = [];
  readonly #cycle = new LifeCycle();
  /** Fulfilled when no session is left of a server that takes no more. */
  readonly #emptied: PromiseWithResolvers<void> = Promise.withResolvers();
  #closed = false;

  /**
   * @param address Where to listen: one address, or several; an empty list where `accept` brings the clients.
   * @param handler The class of the sessions: {@link FTPHandler} or a subclass.
   * @throws TypeError for what is no address; RangeError for an address to announce or a network that is none.
   */
  constructor(
    address: ServerAddress | readonly ServerAddress[],
    handler: HandlerClass<Handler>,
    options: FTPServerOptions = {},
  ) {
    this.#addresses = addressList(address);
    this.#handler = handler;
    this.#options = options;
    this.#count = new ConnectionCount(options.counters);
    this.announcedAddresses = new AnnouncedAddresses(handler.announceRules);
    AnnouncedAddresses.check([handler.masqueradeAddress, ...Object.values(handler.masqueradeAddressMap)]);
    this.proxied = new ProxiedConnections(options.proxyFrom ?? [], (proxy, reason) =>
      notify('onProxyRefused', () => this.onProxyRefused(proxy, reason)),
    );
    this.passivePorts = new PassivePorts(options.passivePorts ?? handler.passivePorts, this.proxied);
    this.dataPorts = options.dataPorts ?? new LocalDataPorts(this.passivePorts);
  }

  /**
   * Listens on every address. When it fails, it can be tried again.
   * @throws ServerError with code `LISTEN` when one cannot be listened on, or the server listens already, or has been closed;
   *   AuthorizerError when the authorizer cannot work; with code `TLS` when there should be TLS and its certificate cannot be used. What the signal says when it is raised
   *   before that. Nothing is changed then.
   */
  async listen({ signal }: ListenOptions = {}): Promise<void> {
    this.#cycle.begin(signal);
    try {
      const tls = this.#handler.tlsService();
      if (tls === undefined && this.#addresses.some(({ implicitTls }) => implicitTls === true)) {
        throw new ServerError('TLS', 'implicit TLS needs a handler with TLS');
      }
      await this.#handler.authorizer.check?.();
      this.#cycle.check(signal);
      for (const address of this.#addresses) {
        this.#listeners.push(await this.#listenOn(address));
        this.#cycle.check(signal);
      }
      this.#bound = boundAddresses(this.#listeners);
      await this.#options.beforeServing?.(this.#bound);
      this.#cycle.check(signal);
    } catch (error) {
      this.stopListening();
      this.#listeners.length = 0;
      this.#dropEarly();
      this.#cycle.failed();
      this.#finishIfDone();
      throw error;
    }
    this.#cycle.begun(signal, () => void this.close());
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const { socket, implicitTls } of early) this.#accept(socket, implicitTls);
  }

  /** Listens, unless that is done, and comes back when the server has been closed and every session has ended. */
  async serveForever(options: ListenOptions = {}): Promise<void> {
    if (this.#cycle.isNew) await this.listen(options);
    await this.#finished.promise;
  }

  /** `await using server = …`: closes, and waits until everything is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Where the server listens. */
  get addresses(): readonly AddressInfo[] {
    // Each greeting may ask for them, and the kernel would be asked each time.
    return this.#bound ?? boundAddresses(this.#listeners);
  }

  /** Serves those who come from now on with another class of sessions; who is there goes on with its own. */
  serveWith(handler: HandlerClass<Handler>): void {
    this.#handler = handler;
  }

  /** The sessions of now. */
  get sessions(): ReadonlySet<Handler> {
    return this.#sessions;
  }

  /** Takes no more clients; sessions go on. */
  stopListening(): void {
    this.#bound = undefined;
    for (const listener of this.#listeners) listener.close();
  }

  /**
   * Ends everything: listeners, sessions, data connections; with `graceful`, what is under way first. The server takes no more
   * clients as soon as this is called. Called again, it may shorten the time.
   * @returns A promise that is fulfilled when all of it is gone, which hooks can put off by their `hookTimeout` only.
   * @throws RangeError for a time that is none; nothing is changed then.
   */
  async close(options: CloseOptions = {}): Promise<void> {
    const seconds = gracePeriod(options);
    this.#cycle.end();
    this.stopListening();
    this.proxied.close();
    if (seconds > 0 && !this.#closed && this.#sessions.size > 0) {
      for (const session of this.#sessions) session.finish();
      await settledWithin(this.#emptied.promise, seconds, options.signal);
    }
    this.#closeNow();
    await this.#finished.promise;
  }

  /** As {@link close} with `graceful`. */
  closeGently(seconds: number): Promise<void> {
    return this.close({ graceful: seconds });
  }

  #closeNow(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const session of this.#sessions) {
      session.respond({ name: 'serverClosing' });
      session.close('the server is shutting down');
    }
    this.#dropEarly();
    this.#refusals.close();
    for (const connection of this.#dataConnections) connection.destroy();
    this.passivePorts.close();
    this.#finishIfDone();
  }

  #dropEarly(): void {
    for (const { socket } of this.#early?.splice(0) ?? []) socket.destroy();
  }

  /** Keeps track of a data connection, so that none outlives the server. Called by sessions. */
  adoptDataConnection(connection: DataConnection): void {
    this.#dataConnections.add(connection);
    connection.onceClosed(() => {
      this.#dataConnections.delete(connection);
      this.#finishIfDone();
    });
    if (this.#closed) connection.destroy();
  }

  /**
   * Serves a client whose connection was accepted elsewhere: by a listener of the caller's own, or another process. Clients
   * who come before {@link listen} wait for it.
   * @param options.implicitTls The client begins with a TLS handshake.
   */
  accept(socket: Socket, options: { readonly implicitTls?: boolean } = {}): void {
    const implicitTls = options.implicitTls === true;
    // A client may end its side and still read our replies.
    socket.allowHalfOpen = true;
    if (this.#early === undefined) {
      this.#accept(socket, implicitTls);
      return;
    }
    if (this.#early.length >= EARLY_LIMIT) {
      socket.destroy();
      return;
    }
    // A client that leaves before it is served is found closed later.
    socket.on('error', () => socket.destroy());
    this.#early.push({ socket, implicitTls });
  }

  /**
   * Goes on with a session that another process has begun. No limit is asked: it has been let in.
   * @param begun What it was there; with TLS, the other process protects the connection, and the socket is its relay.
   * @param first What the session does before that.
   */
  resume(
    socket: Socket,
    { state, unread, tls }: Pick<DetachedSession, 'state' | 'unread'> & { readonly tls?: TlsHandover | undefined },
    first: (session: Handler) => CommandResult | Promise<CommandResult>,
  ): Handler {
    socket.allowHalfOpen = true;
    const session = new this.#handler(socket, this, state);
    if (tls !== undefined) session.tls.adopt(tls);
    session.restore(state);
    this.#count.add(session.remoteAddress);
    this.#sessions.add(session);
    session.resume(unread, () => first(session));
    if (this.#closed) session.close('the server is shutting down');
    return session;
  }

  /** Called by a session that goes on elsewhere: it is counted until {@link elsewhereEnded}. */
  sessionLeft(session: Handler): void {
    if (!this.#sessions.delete(session)) return;
    this.#elsewhere.set(session.sessionId, session.remoteAddress);
    this.#finishIfDone();
  }

  /** Counts a session that is served elsewhere, and was not begun here. */
  countElsewhere(sessionId: string, remoteAddress: string): void {
    if (this.#elsewhere.has(sessionId)) return;
    this.#elsewhere.set(sessionId, remoteAddress);
    this.#count.add(remoteAddress);
  }

  /** A session that is served elsewhere has ended there, or comes back. */
  elsewhereEnded(sessionId: string): void {
    const address = this.#elsewhere.get(sessionId);
    if (address === undefined) return;
    this.#elsewhere.delete(sessionId);
    this.#count.remove(address);
  }

  /** How many sessions there are, here and elsewhere. */
  get sessionCount(): number {
    return this.#count.total;
  }

  /** Called by a session when it is over. */
  sessionEnded(session: Handler): void {
    if (!this.#sessions.delete(session)) return;
    this.#count.remove(session.remoteAddress);
    this.#finishIfDone();
  }

  /**
   * Something of the developer's has failed, or a defect has shown: the client has been told what it needs to know, and the
   * server goes on. Prints the error, unless the session's `logerror` is there to be told of it.
   * @param session Undefined when it could not even be made.
   * @param about Where it happened.
   */
  onError(error: Error, session: Handler | undefined, about: FailureContext): Awaitable<void> {
    printFailure(error, session, about);
  }

  /** Called by a session for what has failed in it. */
  sessionFailed(error: Error, session: Handler, about: FailureContext): void {
    this.#tellError(error, session, about);
  }

  /** A client is refused because of a limit. */
  onRefused(_remoteAddress: string, _limit: ConnectionLimit): Awaitable<void> {
    return;
  }

  /**
   * A connection of a proxy has been closed, since there is no header that says whose it is.
   * @param _reason What was wrong; undefined when the proxy itself has closed it without a word, as those do that only look whether
   *   somebody listens.
   */
  onProxyRefused(_proxy: string, _reason: string | undefined): Awaitable<void> {
    return;
  }

  async #listenOn(address: ListenAddress): Promise<Server> {
    const server = await listenOn(address, this.#options.backlog ?? DEFAULT_BACKLOG);
    const { implicitTls = false } = address;
    server.on('connection', (socket) => this.accept(socket, { implicitTls }));
    server.on('close', () => this.#finishIfDone());
    return server;
  }

  #accept(socket: Socket, implicitTls: boolean): void {
    const address = normalizeAddress(socket.remoteAddress ?? '');
    if (address === undefined || this.#cycle.isEnding || socket.destroyed) {
      // Gone before it was accepted, or too late.
      socket.destroy();
      return;
    }
    if (this.proxied.isProxy(address)) void this.#acceptProxied(socket, implicitTls);
    else this.#admit(socket, address, implicitTls);
  }

  /** Accepts whom a proxy brings, when that is known. */
  async #acceptProxied(socket: Socket, implicitTls: boolean): Promise<void> {
    if (!(await this.proxied.readHeader(socket))) return;
    if (this.#cycle.isEnding || socket.destroyed) socket.destroy();
    else this.#admit(socket, endsOf(socket).remoteAddress, implicitTls);
  }

  #admit(socket: Socket, address: string, implicitTls: boolean): void {
    if (this.#options.refuses?.(address) === true) {
      // Nobody waits for the client to read it.
      if (!implicitTls) writeAtOnce(socket, this.#banned());
      socket.on('error', () => undefined);
      socket.destroy();
      return;
    }
    const limit = this.#count.enter(address, this);
    if (limit === undefined) this.#serve(socket, address, implicitTls);
    else if (typeof limit === 'string') this.#refuse(socket, address, limit, implicitTls);
    else void this.#acceptLater(socket, address, implicitTls, limit);
  }

  /** Accepts a client when the counters have answered, if it is still there. */
  async #acceptLater(
    socket: Socket,
    address: string,
    implicitTls: boolean,
    answer: PromiseLike<ConnectionLimit | undefined>,
  ): Promise<void> {
    const gone = (): void => void socket.destroy();
    socket.on('error', gone);
    try {
      const limit = await answer;
      if (limit !== undefined) this.#refuse(socket, address, limit, implicitTls);
      else if (!this.#cycle.isEnding && !socket.destroyed) this.#serve(socket, address, implicitTls);
      else {
        this.#count.remove(address);
        socket.destroy();
      }
    } catch (error) {
      // Counters that cannot be asked let nobody in.
      socket.destroy();
      this.#tellError(asError(error), undefined, { command: undefined, hook: 'counters', username: '' });
    } finally {
      socket.off('error', gone);
    }
  }

  /** What is said to whom nobody serves for now. */
  #banned(): Buffer {
    this.#bannedReply ??= replyBytes(
      replyFor(this.#handler.catalogue, { name: 'serviceUnavailable', reason: 'internal' }),
    );
    return this.#bannedReply;
  }

  #refuse(socket: Socket, address: string, limit: ConnectionLimit, implicitTls: boolean): void {
    notify('onRefused', () => this.onRefused(address, limit));
    // Who waits for a handshake cannot read what is said in clear.
    if (implicitTls) socket.destroy();
    else this.#refusals.refuse(socket, limit, this.#handler.catalogue);
  }

  /** Begins the session of a client that is counted. */
  #serve(socket: Socket, address: string, implicitTls: boolean): void {
    const session = this.#sessionFor(socket);
    if (session === undefined) {
      this.#count.remove(address);
      return;
    }
    this.#sessions.add(session);
    session.start({ implicitTls }).catch((error: unknown) => {
      session.userCode.report(error);
      session.close('the session could not be started');
    });
  }

  /** Makes the session of a client; undefined when the developer's class cannot be made, and the client has been dropped. */
  #sessionFor(socket: Socket): Handler | undefined {
    const SessionClass = this.#handler;
    try {
      return new SessionClass(socket, this);
    } catch (error) {
      this.#tellError(asError(error), undefined, { command: undefined, hook: 'constructor', username: '' });
      socket.on('error', () => undefined);
      socket.destroy();
      return undefined;
    }
  }

  #tellError(error: Error, session: Handler | undefined, about: FailureContext): void {
    notify('onError', () => this.onError(error, session, about));
  }

  #finishIfDone(): void {
    if (this.#closed || (this.#cycle.isEnding && this.#sessions.size === 0)) this.#emptied.resolve();
    const listening = this.#listeners.some((listener) => listener.listening);
    if (
      this.#closed &&
      !listening &&
      !this.#cycle.isBeginning &&
      this.#sessions.size === 0 &&
      this.#dataConnections.size === 0
    )
      this.#finished.resolve();
  }
}
