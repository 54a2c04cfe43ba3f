import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';

import { formatReply, type WireCodec } from '@pure-ftpd/protocol';

import type { SessionShare, UserAccount } from '../contract/account.ts';
import type { Permission } from '../contract/authorizer.ts';
import type { CommandResult } from '../contract/command.ts';
import type { SessionEventBody } from '../contract/events.ts';
import type { FileSystem } from '../contract/file-system.ts';
import type { Host } from '../contract/host.ts';
import type { TlsInfo } from '../contract/tls-info.ts';
import { hasPermission } from '../authorizers/user-account.ts';
import type { DTPHandler } from '../data/dtp-handler.ts';
import { toldError } from '../errors.ts';
import type { Awaitable } from '../contract/virtual-file.ts';
import { type Catalogue, replyBytes, replyFor } from '../replies/catalogue.ts';
import type { Outcome } from '../replies/outcomes.ts';
import { parseReply } from '../replies/reply-text.ts';
import { OVER } from '../session/account.ts';
import { DataChannel } from '../session/data-channel.ts';
import { Engine } from '../session/engine.ts';
import {
  type DetachedSession,
  originOf,
  originPart,
  type PortableSession,
  type SessionOrigin,
} from '../session/portable-session.ts';
import type { SessionProtection } from '../session/session-protection.ts';
import type { DataConnection } from '../sockets/data-connection.ts';
import type { SESSION_SLOTS, SessionState } from '../state/session-slots.ts';
import { begin, forgetUser, movedState, takeState } from '../state/slots.ts';
import { UserCode, wrongAnswer } from '../user-code/user-code.ts';
import { EventTeller } from './event-teller.ts';
import { SessionAnswers } from './session-answers.ts';
import { commandsOf } from './verb-overrides.ts';

type Handler = typeof FTPHandler;

/** A class of sessions: {@link FTPHandler}, or a subclass. */
export interface HandlerClass<Session extends FTPHandler> extends Omit<Handler, 'prototype'> {
  readonly prototype: Session;
  new (socket: Socket, server: Host<FTPHandler>, origin?: SessionOrigin): Session;
}

/** The fields of a session stand in tables: `SessionOrigin`, and the rows of `slots`, which the constructor fills in. */
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- the constructor fills them in
export interface FTPHandler extends SessionOrigin, SessionState {}

/**
 * One client: its control connection and the state of its session. Subclass it to set how a server behaves: class
 * fields are settings of all its sessions, methods named `on…` tell what happens, methods named `ftp_VERB` are the
 * commands.
 */
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- see above
export class FTPHandler extends SessionAnswers {
  declare ['constructor']: Handler;
  readonly server: Host<FTPHandler>;
  readonly socket: Socket;
  /** Its data connections. */
  readonly data: DataChannel;
  /** Calls hooks and whatever else the developer has written. */
  readonly userCode: UserCode;
  /** What it has with other sessions of its user. */
  share: SessionShare | undefined;
  /** A login is being judged: for nobody, once the client has ended its side. */
  isBeingJudged = false;
  readonly #events = new EventTeller(this);
  readonly #engine: Engine;

  constructor(socket: Socket, server: Host<FTPHandler>, origin: SessionOrigin = originOf(socket)) {
    super();
    const { settings } = this;
    this.socket = socket;
    this.server = server;
    Object.assign(this, originPart(origin));
    begin(this, settings.slots, settings);
    this.userCode = new UserCode({
      hookTimeout: settings.hookTimeout,
      failed: (error, hook) => this.#failed(error, hook),
      listenerFailed: (error, hook) => this.#tellServer(error, hook),
    });
    this.data = this.#makeDataChannel();
    this.#engine = new Engine(this, socket, commandsOf(settings), settings, {
      left: () => server.sessionLeft(this),
      ended: () => server.sessionEnded(this),
    });
  }

  /** The class of this handler: where its settings are. */
  get settings(): Handler {
    return this.constructor;
  }

  /**
   * Greets the client and begins to listen to it. Called by the server.
   * @param options.implicitTls The client begins with a TLS handshake.
   */
  start(options: { readonly implicitTls?: boolean } = {}): Promise<void> {
    if (this.settings.tcpNoDelay) this.socket.setNoDelay(true);
    return this.#engine.start(options.implicitTls === true);
  }

  /** What another process needs to go on with this session, when nobody is logged in. Overridden to add to it. */
  portable(): PortableSession {
    return { ...originPart(this), ...movedState<typeof SESSION_SLOTS>(this.settings.slots, this) };
  }

  /** Takes over what {@link portable} was in another process. */
  restore(state: PortableSession): void {
    takeState(this, this.settings.slots, state);
  }

  /**
   * Gives the session away, to another process. Called by a command, which says nothing any more; no hook is told of an end.
   * Over TLS this process goes on to protect the connection, and relays what is said on it.
   * @returns undefined when the session is over.
   * @throws SystemError when there are too many descriptors; the session goes on then.
   */
  detach(): Promise<DetachedSession | undefined> {
    return this.#engine.detach();
  }

  /**
   * Goes on with what another process has begun. Called by the server.
   * @param unread What was read there and not executed.
   * @param first What is done before that.
   */
  resume(unread: Buffer, first: () => CommandResult | Promise<CommandResult>): void {
    this.#engine.resume(unread, first);
  }

  /** The user's file system. */
  get fs(): FileSystem {
    return this.#engine.account.fs;
  }

  /** The password of the login, for authorizers that act as the user. */
  get password(): string {
    return this.#engine.account.password;
  }

  /**
   * Raised when the session ends, for what waits on the client's behalf; during a login already when the client has ended its
   * side and there is nothing else to do for it.
   */
  get ending(): AbortSignal {
    return this.#engine.ending;
  }

  /** Sets how many seconds the session may be silent, 1 at least. */
  setTimeout(seconds: number): void {
    this.#engine.setTimeout(seconds);
  }

  /** How the control connection is protected, and by the same keys data connections. */
  get tls(): SessionProtection {
    return this.#engine.protection;
  }

  /** Whether the control connection is protected. */
  get isSecured(): boolean {
    return this.tls.isSecured;
  }

  /** What the protection of the control connection is, while there is one. */
  get tlsInfo(): TlsInfo | undefined {
    return this.tls.info;
  }

  /** What the client has proved to be, where it was asked for a certificate and has shown a valid one. */
  get clientCertificate(): X509Certificate | undefined {
    return this.tls.clientCertificate;
  }

  /** Forgets what the client has said and nobody has answered yet; true when there was anything. */
  dropUnread(): boolean {
    return this.#engine.dropUnread();
  }

  /** Bytes that were said on the control connection. */
  get bytesSaid(): number {
    return this.#engine.channel.written;
  }

  /** True when the session is over. */
  get closed(): boolean {
    return this.#engine.closed;
  }

  /** Whether what is done for the client is done for nobody: it has left, or has aborted the transfer. */
  get isAbandoned(): boolean {
    return this.#engine.isAbandoned;
  }

  /** Whether the user has a permission, on a virtual path or in general. */
  hasPerm(permission: Permission, path?: string): Awaitable<boolean> {
    const { account } = this;
    if (account !== undefined) return hasPermission(account, permission, path);
    return this.settings.authorizer.hasPerm(
      this.username,
      permission,
      path === undefined ? undefined : this.fs.realPath(path),
      this,
    );
  }

  /** Runs a synchronous file operation as the user, where the authorizer can take on an identity. */
  runAsCurrentUser<T>(operation: () => T): T {
    return this.#engine.account.runAs(this.settings.authorizer, operation);
  }

  /** How names and replies go over its connections; undefined for UTF-8 as it comes. */
  get wire(): WireCodec | undefined {
    return this.settings.charsets?.wire(this.charset);
  }

  /** The language of replies: that of the session, where its charset has all characters of that. */
  get spokenLanguage(): string {
    const { wire, language } = this;
    return wire === undefined ? language : (this.settings.words?.sayable(language, wire) ?? language);
  }

  /** How outcomes are said in this session. */
  get catalogue(): Catalogue {
    const { words, catalogue } = this.settings;
    return words === undefined ? catalogue : words.catalogueOf(this.spokenLanguage);
  }

  /** Sends a reply: an outcome, or a reply in full such as `'200 Done.'`. */
  respond(result: Outcome | string): void {
    const { channel, closed } = this.#engine;
    if (closed || channel.writableEnded || channel.isHandshaking) return;
    const reply = typeof result === 'string' ? parseReply(result) : replyFor(this.catalogue, result);
    const { wire } = this;
    channel.write(wire === undefined ? replyBytes(reply) : formatReply(reply, wire));
    this.event({ type: 'reply', reply });
  }

  /**
   * Makes the user who has been admitted this session's.
   * @throws What {@link openFileSystem} and `onLogin` throw; {@link flushAccount} undoes the login then.
   */
  login(username: string, password: string, account?: UserAccount): Promise<void> {
    return this.#engine.account.enter(username, password, account);
  }

  /**
   * Makes the file system of the user who logs in.
   * @throws NodeJS.ErrnoException when the home cannot be entered: the login fails then, and the session ends.
   */
  async openFileSystem(username: string): Promise<FileSystem> {
    const { authorizer, abstractedFs: FileSystem } = this.settings;
    const home: unknown =
      this.account?.home ?? (await this.userCode.ask('getHomeDir', () => authorizer.getHomeDir(username, this)));
    if (typeof home !== 'string') throw wrongAnswer('getHomeDir', home, 'a path');
    const fs = this.runAsCurrentUser(() => new FileSystem(home));
    fs.session = this;
    if (authorizer.impersonateUser !== undefined) fs.actAs((operation) => this.runAsCurrentUser(operation));
    return fs;
  }

  /** Forgets the user, and all the session knows of it (REIN, a new USER). */
  flushAccount(): Promise<void> {
    this.data.giveUp();
    if (this.share !== undefined) this.server.userShares.leave(this.share);
    this.share = undefined;
    return this.#engine.account.leave(() => forgetUser(this, this.settings.slots, this.settings));
  }

  /** What moves the data of a connection: overridden where it depends on the user. */
  makeDataHandler(connection: DataConnection): DTPHandler {
    const dtp = new this.settings.dtpHandler(connection, this);
    const buckets = this.share?.buckets;
    if (buckets !== undefined) dtp.limitBy(buckets);
    return dtp;
  }

  /** The end of the command that runs now, if another does. */
  get runningCommand(): Promise<void> | undefined {
    return this.#engine.running;
  }

  /** Ends the session at once; the first reason given is the one that is told. */
  close(reason = 'closed by the server'): void {
    this.#engine.close(reason);
  }

  /** Ends the session once what was said has been sent. */
  closeWhenDone(): void {
    this.#engine.closeWhenDone();
  }

  /** The server is about to end: so is the session, as soon as the command that runs has been answered. */
  finish(): void {
    this.#engine.finish();
  }

  /** Tells hooks and subscribers what happened. */
  event(body: SessionEventBody): void {
    this.#events.tell(body);
  }

  #makeDataChannel(): DataChannel {
    return new DataChannel({
      settings: this.settings,
      protection: () => this.protection,
      respond: (outcome) => this.respond(outcome),
      holdReplies: () => this.#engine.holdReplies(),
      isQuitting: () => this.#engine.isWaiting('QUIT'),
      adopt: (connection) => this.server.adoptDataConnection(connection),
      secure: (connection, transfer) => this.tls.secureData(connection.socket, transfer),
      makeDataHandler: (connection) => this.makeDataHandler(connection),
    });
  }

  #failed(error: Error, hook: string | undefined): void {
    // What was waited for on behalf of a client that has gone.
    if (error === OVER || (this.closed && error.name === 'AbortError')) return;
    this.event({ type: 'error', error: toldError(error), command: this.#engine.command, hook });
    this.#tellServer(error, hook);
  }

  #tellServer(error: Error, hook: string | undefined): void {
    this.server.sessionFailed(error, this, { command: this.#engine.command, hook, username: this.username });
  }
}
