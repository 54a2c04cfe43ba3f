import { randomBytes, type X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';

import { formatReply, basename, type ParsedLine, type Reply, type FactSelection } from '@pure-ftpd/protocol';

import type { Permission } from '../contract/authorizer.ts';
import { HASH_ALGORITHMS, type HashAlgorithm } from '../commands/hash.ts';
import { DataConnection } from '../sockets/data-connection.ts';
import type { DataEndpoint, UploadEnd } from '../contract/data.ts';
import type { DTPHandler } from '../data/dtp-handler.ts';
import type { Transfer } from '../data/transfer.ts';
import { DataConnectionUnavailable } from '../errors.ts';
import type { SessionEvent, SessionEventBody } from '../contract/events.ts';
import { publishEvent, sessionEvents } from '../events.ts';
import type { AbstractedFS } from '../filesystem/abstracted-fs.ts';
import type { Awaitable } from '../filesystem/virtual-file.ts';
import type { Host } from '../contract/host.ts';
import { replyBytes, replyFor } from '../replies/catalogue.ts';
import type { Outcome } from '../replies/outcomes.ts';
import { CommandLoop } from '../session/command-loop.ts';
import { ControlChannel } from '../session/control-channel.ts';
import { ControlRelay } from '../session/control-relay.ts';
import type { CommandResult, CommandTable, ParsedCommand } from '../contract/command.ts';
import { lookUp, perform } from '../session/dispatch.ts';
import {
  type DetachedSession,
  originOf,
  type PortableSession,
  portableState,
  restoreState,
  type SessionOrigin,
} from '../session/portable-session.ts';
import { logEvent } from './log-hooks.ts';
import { HangUp } from '../session/hang-up.ts';
import { SessionHooks } from './session-hooks.ts';
import { commandsOf } from './verb-overrides.ts';
import { SessionProtection } from '../session/session-protection.ts';
import type { TlsService } from '../tls/tls-service.ts';
import type { Protection, TlsHandover } from '../contract/tls.ts';
import type { TlsInfo } from '../contract/tls-info.ts';
import { isPromise, UserCode, wrongAnswer } from '../user-code/user-code.ts';

/** Bytes of replies the client may leave untaken before its commands wait. */
const OUTPUT_LIMIT = 64 * 1024;

/** Bytes of a file that is sent at once. */
const SMALL_FILE = 64 * 1024;

/** How long a client may take to close a connection we have ended, in milliseconds. */
const CLOSING_MS = 5000;

/** Why nobody waits any more: one for all, since to make one takes longer than a command. */
const OVER = new Error('the session is over');

type Handler = typeof FTPHandler;

/**
 * One client: its control connection and the state of its session. Subclass it to set how a server behaves: class
 * fields are settings of all its sessions, methods named `on…` tell what happens, methods named `ftp_VERB` are the
 * commands.
 */
export class FTPHandler extends SessionHooks {
  declare ['constructor']: Handler;
  readonly server: Host<FTPHandler>;
  readonly socket: Socket;
  /** Unguessable, for logs. */
  readonly sessionId: string;
  /** Address of the client; an IPv4 address is written as such also on a socket for both families. */
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
  /** When the client connected, in milliseconds since 1970. */
  readonly startedAt: number;

  /** The user, from USER on. */
  username = '';
  authenticated = false;
  attemptedLogins = 0;
  /** Seconds without a command after which this session ends. */
  timeout: number;
  /** `a` ASCII, `i` binary. */
  currentType: 'a' | 'i' = 'a';
  /** Where the next transfer starts, from REST. */
  restartPosition = 0;
  /** The size of the next upload, as announced by ALLO. */
  announcedBytes: number | undefined;
  /** What RNFR named. */
  renameFrom: string | undefined;
  /** EPSV ALL was said. */
  epsvAll = false;
  /** What the client says it is (CLNT). */
  clientName = '';
  /** The virtual host the client means (HOST). */
  host = '';
  /** The algorithm of HASH. */
  hashAlgorithm: HashAlgorithm = HASH_ALGORITHMS[0];
  /** Whether data connections are protected (PROT). */
  protection: 'clear' | 'private' = 'clear';
  /** PBSZ was said. */
  protectionBufferSet = false;
  /** The facts MLST and MLSD show. */
  facts: FactSelection;
  /** Calls hooks and whatever else the developer has written. */
  readonly userCode: UserCode;
  /** The transfer that runs. */
  transfer: Transfer | undefined;
  /** A login is being judged: for nobody, once the client has ended its side. */
  isBeingJudged = false;
  /** Bytes received from, and sent to, the client in all transfers. */
  bytesReceived = 0;
  bytesSent = 0;

  #fs: AbstractedFS | undefined;
  #password = '';
  #endpoint: DataEndpoint | undefined;
  #ending: AbortController | undefined;
  #sequence = 0;
  #closed = false;
  #closing = false;
  #inputHasEnded = false;
  #finishing = false;
  #waitingSince = 0;
  /** The command that runs is an upload. */
  #isStoring = false;
  readonly #hangUp = new HangUp(this);
  readonly #commands: CommandTable;
  /** The client will say nothing more, and nothing it has said is left to be done. */
  #left = false;
  /** The verb of the command that runs. */
  #command: string | undefined;
  /** Whether anybody was logged in when it began. */
  #wasLoggedIn = false;
  readonly #loop: CommandLoop;
  readonly #channel: ControlChannel;
  readonly #protection: SessionProtection;

  constructor(socket: Socket, server: Host<FTPHandler>, origin: SessionOrigin = originOf(socket)) {
    super();
    const settings = this.settings;
    this.#commands = commandsOf(settings);
    this.socket = socket;
    this.server = server;
    this.sessionId = origin.sessionId;
    this.remoteAddress = origin.remoteAddress;
    this.remotePort = origin.remotePort;
    this.localAddress = origin.localAddress;
    this.localPort = origin.localPort;
    this.startedAt = origin.startedAt;
    this.timeout = settings.timeout;
    this.facts = settings.defaultFacts;
    this.userCode = new UserCode({
      hookTimeout: settings.hookTimeout,
      failed: (error, hook) => this.#failed(error, hook),
      listenerFailed: (error, hook) => this.#tellServer(error, hook),
    });
    this.#channel = new ControlChannel(socket, {
      data: (chunk) => this.#input(chunk),
      ended: () => this.#inputEnded(),
      closed: (reason) => this.#connectionLost(reason),
      idle: () => this.#idle(),
      drained: () => this.#loop.turn(),
    });
    this.#protection = new SessionProtection(this, this.#channel);
    this.#loop = new CommandLoop(
      {
        execute: (line) => this.#execute(line),
        isTransferring: () => this.transfer !== undefined,
        mayOvertake: (line, behindOthers) => this.#mayOvertake(line, behindOthers),
        pauseInput: () => this.#channel.pause(),
        resumeInput: () => this.#channel.resume(),
        turnBegins: () => this.#channel.hold(),
        turnEnds: () => this.#channel.flush(),
        isWritable: () => this.#channel.writableLength < OUTPUT_LIMIT,
        isClosed: () => this.#closed || this.#closing || (this.#finishing && this.#loop.running === undefined),
        crashed: (error) => this.#crashed(error),
      },
      { maxLineLength: settings.maxLineLength, controlBytes: settings.controlBytes, encoding: settings.encoding },
    );
  }

  /**
   * What the sessions of this class protect their connections with; undefined where there is no TLS.
   * @throws ServerError with code `TLS` when there should be, and it cannot be had.
   */
  static tlsService(): TlsService | undefined {
    return this.tls;
  }

  /** The class of this handler: where its settings are. */
  get settings(): Handler {
    return this.constructor;
  }

  /**
   * Greets the client and begins to listen to it. Called by the server.
   * @param options.implicitTls The client begins with a TLS handshake.
   */
  async start(options: { readonly implicitTls?: boolean } = {}): Promise<void> {
    const { socket } = this;
    if (this.settings.tcpNoDelay) socket.setNoDelay(true);
    this.#channel.setTimeout(this.timeout * 1000);
    const { remoteAddress, remotePort, localAddress, localPort } = this;
    this.event({ type: 'connect', remoteAddress, remotePort, localAddress, localPort });
    if (options.implicitTls === true && !(await this.#protection.startImplicitly())) return;
    if (!(await this.#greet())) return;
    this.#waitingSince = performance.now();
    this.#channel.listen();
  }

  /** Tells of the client, and greets it; false when the session is over. */
  async #greet(): Promise<boolean> {
    try {
      await this.userCode.ask('onConnect', () => this.onConnect());
      if (this.#closed || this.#closing) return false;
      const banner: unknown = await this.userCode.ask('banner', () => this.banner());
      if (this.#closed || this.#closing) return false;
      if (typeof banner !== 'string') throw wrongAnswer('banner', banner, 'a text');
      this.respond({ name: 'serviceReady', banner });
      return true;
    } catch (error) {
      this.userCode.report(error);
      this.respond({ name: 'serviceUnavailable', reason: 'internal' });
      this.closeWhenDone();
      return false;
    }
  }

  /** What another process needs to go on with this session, when nobody is logged in. Overridden to add to it. */
  portable(): PortableSession {
    return portableState(this);
  }

  /** Takes over what {@link portable} was in another process. */
  restore(state: PortableSession): void {
    restoreState(this, state);
  }

  /**
   * Gives the session away, to another process. Called by a command, which says nothing any more; no hook is told of an end.
   * Over TLS this process goes on to protect the connection, and relays what is said on it.
   * @returns undefined when the session is over.
   * @throws SystemError when there are too many descriptors; the session goes on then.
   */
  async detach(): Promise<DetachedSession | undefined> {
    await this.#channel.flushed();
    if (this.#closed || this.#closing) return undefined;
    const handover = this.#channel.isSecured ? this.tlsHandover : undefined;
    const given = handover === undefined ? this.#channel.detach() : ControlRelay.start(this.#channel);
    this.#closed = true;
    this.releaseEndpoint();
    this.server.sessionLeft(this);
    const unread = [this.#loop.takeUnread(), ...('unheard' in given ? [given.unheard] : [])];
    return {
      state: this.portable(),
      descriptor: given.descriptor,
      unread: Buffer.concat(unread),
      tls: handover === undefined || !('relay' in given) ? undefined : { handover, relay: given.relay },
    };
  }

  /**
   * Goes on with what another process has begun. Called by the server.
   * @param unread What was read there and not executed.
   * @param first What is done before that.
   */
  resume(unread: Buffer, first: () => CommandResult | Promise<CommandResult>): void {
    this.#channel.setTimeout(this.timeout * 1000);
    this.#waitingSince = performance.now();
    this.#loop.run(async () => this.#finish(await first(), { verb: '', argument: '' }));
    if (unread.length > 0) this.#loop.push(unread);
    this.#channel.listen();
  }

  /** The words of the greeting. */
  banner(): Awaitable<string> {
    return this.settings.banner;
  }

  /** The user's file system. */
  get fs(): AbstractedFS {
    if (this.#fs === undefined) throw new Error('nobody is logged in');
    return this.#fs;
  }

  /** The password of the login, for authorizers that act as the user. */
  get password(): string {
    return this.#password;
  }

  /**
   * Raised when the session ends, for what waits on the client's behalf; during a login already when the client has ended its
   * side and there is nothing else to do for it.
   */
  get ending(): AbortSignal {
    this.#ending ??= new AbortController();
    if (this.#closed || this.#left) this.#ending.abort(OVER);
    return this.#ending.signal;
  }

  /** Sets how many seconds the session may be silent, 1 at least: no time at all would mean never. */
  setTimeout(seconds: number): void {
    this.timeout = Math.max(1, seconds);
    this.#channel.setTimeout(this.timeout * 1000);
  }

  /** Whether the control connection is protected. */
  get isSecured(): boolean {
    return this.#protection.isSecured;
  }

  /** Whether CCC is allowed. */
  get mayClearControl(): boolean {
    return this.settings.clearControlAllowed && !this.settings.tlsControlRequired;
  }

  /** What the protection of the control connection is, while there is one. */
  get tlsInfo(): TlsInfo | undefined {
    return this.#protection.info;
  }

  /** What another process needs that is to serve this session while this one keeps its control connection protected. */
  get tlsHandover(): TlsHandover | undefined {
    return this.#protection.handover;
  }

  /**
   * Takes note that another process protects the control connection, and relays what is said on it.
   * @throws ServerError with code `TLS` when this handler has no TLS.
   */
  adoptTls(handover: TlsHandover): void {
    this.#protection.adopt(handover);
  }

  /** What the client has proved to be, where it was asked for a certificate and has shown a valid one. */
  get clientCertificate(): X509Certificate | undefined {
    return this.#protection.clientCertificate;
  }

  /** Forgets what the client has said and nobody has answered yet; true when there was anything. */
  dropUnread(): boolean {
    return this.#loop.takeUnread().length > 0 || this.#channel.unheard > 0;
  }

  /**
   * Protects the control connection: the handshake. What was agreed on for data connections before is void.
   * @returns Whether it is protected now; the session is over otherwise.
   */
  startTls(tls: Protection): Promise<boolean> {
    return this.#protection.start(tls);
  }

  /** The control connection goes on in clear; data connections are as protected as they were (CCC). */
  stopTls(): Promise<void> {
    return this.#protection.stop();
  }

  /** Whether the server answers to a host name (HOST). Overridden where there are virtual hosts. */
  acceptsHost(_host: string): Awaitable<boolean> {
    return true;
  }

  /** Bytes that were said on the control connection. */
  get bytesSaid(): number {
    return this.#channel.written;
  }

  /** True when the session is over. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Whether what is done for the client is done for nobody: it has left, or has aborted the transfer. */
  get isAbandoned(): boolean {
    return this.#closed || this.#inputHasEnded || this.transfer?.signal.aborted === true;
  }

  /** Whether the user has a permission, on a virtual path or in general. */
  hasPerm(permission: Permission, path?: string): Awaitable<boolean> {
    return this.settings.authorizer.hasPerm(
      this.username,
      permission,
      path === undefined ? undefined : this.fs.realPath(path),
    );
  }

  /** Runs a synchronous file operation as the user, where the authorizer can take on an identity. */
  runAsCurrentUser<T>(operation: () => T): T {
    const { authorizer } = this.settings;
    if (authorizer.impersonateUser === undefined) return operation();
    const answer: unknown = authorizer.impersonateUser(this.username, this.#password);
    // Whoever promises to be somebody later is nobody now, and everybody else's operation would be done as that user then.
    if (answer !== undefined) throw wrongAnswer('impersonateUser', answer, 'nothing, at once');
    try {
      return operation();
    } finally {
      authorizer.terminateImpersonation?.(this.username);
    }
  }

  /** Sends a reply: an outcome, or a reply in full such as `'200 Done.'`. */
  respond(result: Outcome | string): void {
    if (this.#closed || this.#channel.writableEnded || this.#channel.isHandshaking) return;
    const reply = typeof result === 'string' ? parseReply(result) : replyFor(this.settings.catalogue, result);
    const { encoding } = this.settings;
    this.#channel.write(encoding === 'utf8' ? replyBytes(reply) : formatReply(reply, encoding));
    this.event({ type: 'reply', reply });
  }

  /**
   * Makes the user who has been admitted this session's.
   * @throws What {@link openFileSystem} and `onLogin` throw; {@link flushAccount} undoes the login then.
   */
  async login(username: string, password: string): Promise<void> {
    this.#password = password;
    let fs: AbstractedFS;
    try {
      fs = await this.userCode.ask('openFileSystem', () => this.openFileSystem(username));
    } catch (error) {
      this.#password = '';
      throw error;
    }
    if (this.#closed) {
      await fs.close();
      throw OVER;
    }
    this.#fs = fs;
    this.authenticated = true;
    this.attemptedLogins = 0;
    this.event({ type: 'login', username });
    await this.userCode.ask('onLogin', () => this.onLogin(username));
  }

  /**
   * Makes the file system of the user who logs in.
   * @throws NodeJS.ErrnoException when the home cannot be entered: the login fails then, and the session ends.
   */
  protected async openFileSystem(username: string): Promise<AbstractedFS> {
    const { authorizer, abstractedFs: FileSystem } = this.settings;
    const home: unknown = await this.userCode.ask('getHomeDir', () => authorizer.getHomeDir(username));
    if (typeof home !== 'string') throw wrongAnswer('getHomeDir', home, 'a path');
    const fs = this.runAsCurrentUser(() => new FileSystem(home));
    if (authorizer.impersonateUser !== undefined) fs.actAs((operation) => this.runAsCurrentUser(operation));
    return fs;
  }

  /** Forgets the user, and all the session knows of it (REIN, a new USER). */
  async flushAccount(): Promise<void> {
    this.transfer?.abort();
    this.releaseEndpoint();
    const { username, authenticated } = this;
    const fs = this.#fs;
    this.#fs = undefined;
    this.#password = '';
    this.username = '';
    this.authenticated = false;
    this.currentType = 'a';
    this.restartPosition = 0;
    this.announcedBytes = undefined;
    this.renameFrom = undefined;
    this.epsvAll = false;
    this.facts = this.settings.defaultFacts;
    if (fs !== undefined) await this.userCode.tell('close of the file system', () => fs.close());
    if (authenticated) {
      this.event({ type: 'logout', username });
      await this.userCode.tell('onLogout', () => this.onLogout(username));
    }
  }

  /** Takes note of where the next data connection comes from; the one before is given up. */
  setEndpoint(endpoint: DataEndpoint): void {
    this.releaseEndpoint();
    this.#endpoint = endpoint;
  }

  /** The endpoint, which is the caller's from now on. */
  takeEndpoint(): DataEndpoint | undefined {
    const endpoint = this.#endpoint;
    this.#endpoint = undefined;
    return endpoint;
  }

  releaseEndpoint(): void {
    this.#endpoint?.release();
    this.#endpoint = undefined;
  }

  /** Whether a data connection was asked for (PASV, PORT, …) and not used. */
  get hasEndpoint(): boolean {
    return this.#endpoint !== undefined;
  }

  /**
   * Opens the data connection of a transfer and says so to the client.
   * @throws DataConnectionUnavailable when there is none, TransferAborted.
   */
  async openDataConnection(
    transfer: Transfer,
    details: { uniqueName?: string; size?: number } = {},
  ): Promise<DTPHandler> {
    const endpoint = this.#endpoint;
    if (endpoint === undefined) throw new DataConnectionUnavailable('say PASV, EPSV, PORT or EPRT first');
    this.transfer = transfer;
    this.#hangUp.begins(transfer);
    // A small file is sent as soon as that is said, if the client has connected: both replies may go out as one.
    if (details.size !== undefined && details.size <= SMALL_FILE) this.#holdReplies();
    let connection: DataConnection | undefined;
    try {
      this.respond({
        name: 'dataConnectionOpening',
        open: endpoint.connected,
        uniqueName: details.uniqueName,
        size: details.size,
      });
      connection = await endpoint.connection(this.settings.dataConnectionTimeout, transfer.signal);
      const isPrivate = this.protection === 'private';
      this.server.adoptDataConnection(connection);
      const secured = isPrivate ? await this.#protection.secureData(connection.socket, transfer) : undefined;
      const dtp = this.makeDataHandler(secured === undefined ? connection : new DataConnection(secured.socket));
      if (secured !== undefined) dtp.endIsAuthentic = secured.endedByClient;
      transfer.dtp = dtp;
      this.#hangUp.begins(transfer);
      if (transfer.signal.aborted) dtp.abort();
      return dtp;
    } catch (error) {
      this.transfer = undefined;
      connection?.destroy();
      throw error;
    } finally {
      const kept = this.settings.passivePortsStayOpen && this.#endpoint === endpoint && endpoint.keep?.() === true;
      if (!kept) {
        endpoint.release();
        if (this.#endpoint === endpoint) this.#endpoint = undefined;
      }
    }
  }

  /** What moves the data of a connection: overridden where it depends on the user. */
  protected makeDataHandler(connection: DataConnection): DTPHandler {
    return new this.settings.dtpHandler(connection, this);
  }

  /** QUIT was said, and waits for the end of the transfer. */
  get isQuitting(): boolean {
    return this.#loop.isWaiting('QUIT');
  }

  /** Whether an upload whose data has ended is all that the client wanted to send. */
  isUploadWhole(end: UploadEnd): Promise<boolean> {
    return this.#hangUp.isWhole(end);
  }

  /** The transfer is over, well or not. */
  endTransfer(transfer: Transfer): void {
    if (this.transfer === transfer) this.transfer = undefined;
  }

  /** The end of the command that runs now, if another does. */
  get runningCommand(): Promise<void> | undefined {
    return this.#loop.running;
  }

  /** Ends the session at once; the first reason given is the one that is told. */
  close(reason = 'closed by the server'): void {
    if (this.#closed) return;
    this.#closed = true;
    this.userCode.end();
    this.#ending?.abort(OVER);
    this.transfer?.abort();
    this.releaseEndpoint();
    this.#channel.destroy();
    void this.#farewell(reason);
  }

  /** Ends the session once what was said has been sent. */
  closeWhenDone(): void {
    if (this.#closed || this.#closing) return;
    this.#closing = true;
    this.#waitingSince = performance.now();
    this.#channel.setTimeout(CLOSING_MS);
    // Unread input would turn the end of the connection into a reset, and the last reply would be lost with it.
    this.#channel.resume();
    this.#channel.end();
  }

  /** The server is about to end: so is the session, as soon as the command that runs has been answered. */
  finish(): void {
    this.#finishing = true;
    const bye = (): void => {
      this.respond({ name: 'serverClosing' });
      this.close('the server is shutting down');
    };
    if (this.#loop.running === undefined) bye();
    else void this.#loop.running.then(bye);
  }

  /** Tells hooks and subscribers what happened. */
  event(body: SessionEventBody): void {
    const logs = this.isLogging;
    if (!logs && !sessionEvents.hasSubscribers && this.onEvent === FTPHandler.prototype.onEvent) return;
    this.#sequence += 1;
    const event: SessionEvent = { sessionId: this.sessionId, sequence: this.#sequence, ...body };
    try {
      this.userCode.heard('onEvent', this.onEvent(event));
    } catch (error) {
      this.userCode.deaf('onEvent', error);
    }
    if (logs) logEvent(this, event);
    publishEvent(event, this.userCode);
  }

  /** The address PASV tells this client. */
  announcedAddress(): Awaitable<string> {
    return this.server.announcedAddresses
      .addressFor(this.remoteAddress, this.localAddress)
      .then((ruled) => ruled ?? this.#masqueraded());
  }

  /** Whether this session's data connections may go to, and come from, other hosts than the client's (FXP). */
  permitsForeignAddress(): Awaitable<boolean> {
    return this.settings.permitForeignAddresses;
  }

  /** Other names of directories (SITE ALIAS); undefined where there are none. What CWD makes of them is a subclass's. */
  get aliases(): ReadonlyMap<string, string> | undefined {
    return undefined;
  }

  /** The name STOU gives a file; the client may have proposed one. */
  uniqueName(proposed: string): Awaitable<string> {
    return `${proposed === '' ? 'ftp' : basename(proposed)}.${randomBytes(6).toString('hex')}`;
  }

  /** Has what is said until the command is over, or others have their turn, go out as one. */
  #holdReplies(): void {
    this.#channel.hold();
    setImmediate(() => this.#channel.flush());
  }

  #masqueraded(): Awaitable<string> {
    const { masqueradeAddress, masqueradeAddressMap } = this.settings;
    const announce = masqueradeAddressMap[this.localAddress] ?? masqueradeAddress;
    return announce === undefined ? this.localAddress : this.server.announcedAddresses.resolve(announce);
  }

  /** What is said of a verb that is not in the table. */
  unknownCommand(command: ParsedCommand): Outcome {
    return { name: 'commandNotUnderstood', verb: command.verb };
  }

  /** Answers a line that is no command. */
  unreadableLine(kind: 'malformed' | 'overlong'): void {
    this.respond({ name: kind === 'overlong' ? 'commandTooLong' : 'commandMalformed' });
  }

  /** The outcome of a command before it is said: a place to say another one instead. */
  concluded(_command: ParsedCommand, outcome: Outcome): Outcome {
    return outcome;
  }

  async #farewell(reason: string): Promise<void> {
    const { running } = this.#loop;
    try {
      // What runs is being aborted; the file system is its until it has cleaned up.
      if (running !== undefined) await this.userCode.awaitEnd(`ftp_${this.#command ?? ''}`.replace(' ', '_'), running);
      await this.flushAccount();
      this.event({ type: 'disconnect', reason });
      await this.userCode.tell('onDisconnect', () => this.onDisconnect());
    } catch (error) {
      this.userCode.report(error);
    } finally {
      this.server.sessionEnded(this);
    }
  }

  #input(chunk: Buffer): void {
    if (this.#closing) {
      // Each byte resets the timer, and none keeps the connection for longer.
      if (performance.now() - this.#waitingSince > CLOSING_MS) this.#idle();
      return;
    }
    // A client that feeds a line byte by byte keeps resetting the idle timer: a line has twice its time, no more.
    if (
      this.timeout > 0 &&
      this.#loop.running === undefined &&
      performance.now() - this.#waitingSince > this.timeout * 2000
    ) {
      this.#idle();
      return;
    }
    this.#loop.push(chunk);
  }

  /** The control connection is broken, or has been closed. */
  #connectionLost(reason: string): void {
    if (this.#isStoring && this.#loop.running !== undefined && !this.#closed && this.#hangUp.happens()) {
      void this.#loop.running.then(() => this.close(reason));
    } else this.close(reason);
  }

  /**
   * The client has said all it will say: what it asked for is done unless it takes long, but nobody is left to send files to, and who
   * hangs up while a password is judged costs no judgement.
   */
  #inputEnded(): void {
    this.#inputHasEnded = true;
    const goesOn = this.#isStoring ? this.#hangUp.happens() : false;
    const isVain = (this.transfer !== undefined && !goesOn) || this.isBeingJudged;
    if (isVain) this.close('the client has gone');
    else if (this.#loop.running === undefined) this.closeWhenDone();
    else {
      // Whoever asks to be let in and goes is not waited for. Another command is done for its own sake.
      if (!this.authenticated && !this.#loop.hasUnread) {
        this.#left = true;
        this.#ending?.abort(OVER);
      }
      void this.#loop.running.then(() => this.#inputEnded());
    }
  }

  #idle(): void {
    if (this.#closing) {
      this.close('the client did not close its connection');
      return;
    }
    if (this.#loop.running !== undefined) {
      // Busy for the client: a transfer has a timer of its own.
      this.#channel.setTimeout(this.timeout * 1000);
      return;
    }
    // Replies that were sent at once have not wound up the timer.
    const left = this.timeout * 1000 - (performance.now() - this.#waitingSince);
    if (left > 1) {
      this.#channel.setTimeout(left);
      return;
    }
    this.respond({ name: 'idleTimeout' });
    this.closeWhenDone();
  }

  #execute(line: ParsedLine): void | Promise<void> {
    this.#waitingSince = performance.now();
    if (line.kind !== 'command') {
      this.unreadableLine(line.kind);
      return;
    }
    const { row, command } = lookUp(this.#commands, line);
    this.event({ type: 'command', verb: line.verb, argument: line.verb === 'PASS' ? '' : line.argument });
    if (row === undefined) {
      this.respond(atOnce('unknownCommand', this.unknownCommand(command)));
      return;
    }
    // One that overtakes another leaves it the one that runs.
    const overtaken = this.#loop.running === undefined ? undefined : this.#command;
    this.#command = command.verb;
    if (overtaken === undefined) this.#wasLoggedIn = this.authenticated;
    const result = perform(this, row, command);
    if (overtaken !== undefined) this.#command = overtaken;
    if (!(result instanceof Promise)) {
      this.#finish(result, command);
      return;
    }
    if (row.stores !== true) return result.then((value) => this.#finish(value, command));
    this.#isStoring = true;
    return result
      .finally(() => {
        this.#isStoring = false;
        this.announcedBytes = undefined;
      })
      .then((value) => this.#finish(value, command));
  }

  #finish(result: CommandResult, command: ParsedCommand): void {
    if (typeof result === 'string') this.respond(result);
    else if (result !== undefined) this.respond(atOnce('concluded', this.concluded(command, result)));
    this.#waitingSince = performance.now();
    if (this.#loop.running === undefined) this.#command = undefined;
  }

  #mayOvertake(line: ParsedLine, behindOthers: boolean): boolean {
    if (line.kind !== 'command' || this.transfer === undefined) return false;
    const { row } = lookUp(this.#commands, line);
    // Replies keep the order of commands; only ABOR is said to be heard at once.
    return row?.duringTransfer === true && (!behindOthers || row.verb === 'ABOR');
  }

  #crashed(error: unknown): void {
    this.userCode.report(error);
    try {
      if (this.authenticated && !this.#wasLoggedIn) {
        // A login that was not told to the client is none.
        this.respond({ name: 'serviceUnavailable', reason: 'internal' });
        this.closeWhenDone();
      } else this.respond({ name: 'internalError' });
    } catch (failure) {
      // A catalogue that has no words for anything.
      this.userCode.report(failure);
      this.close('nothing can be said');
    }
  }

  #failed(error: Error, hook: string | undefined): void {
    // What was waited for on behalf of a client that has gone.
    if (error === OVER || (this.#closed && error.name === 'AbortError')) return;
    this.event({ type: 'error', error, command: this.#command, hook });
    this.#tellServer(error, hook);
  }

  #tellServer(error: Error, hook: string | undefined): void {
    this.server.sessionFailed(error, this, { command: this.#command, hook, username: this.username });
  }
}

/** @throws TypeError for an outcome that is promised: the reply would be late, and others before it. */
function atOnce(hook: string, outcome: Outcome): Outcome {
  if (isPromise(outcome)) throw wrongAnswer(hook, outcome, 'an outcome');
  return outcome;
}

/** A reply written out by a subclass: `200 Done.`, lines separated by `\n`. */
function parseReply(text: string): Reply {
  const match = /^([1-6]\d\d)[ -](.*)$/s.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) throw new TypeError(`not a reply: ${text}`);
  return { code: Number(match[1]), lines: match[2].split(/\r?\n/) };
}
