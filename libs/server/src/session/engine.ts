// The life of a session: from the greeting to the farewell, in this process or in the one that takes it over.
import type { Socket } from 'node:net';

import type { CommandResult, CommandTable } from '../contract/command.ts';
import type { Awaitable } from '../contract/virtual-file.ts';
import { FilesystemError } from '../errors.ts';
import { type UserCode, wrongAnswer } from '../user-code/user-code.ts';
import { type AccountOwner, Account, OVER } from './account.ts';
import { type CommandedSession, CommandRunner, type LineSettings } from './command-runner.ts';
import { ControlChannel } from './control-channel.ts';
import { ControlRelay } from './control-relay.ts';
import type { DataChannel } from './data-channel.ts';
import type { DetachedSession, PortableSession } from './portable-session.ts';
import { SessionProtection } from './session-protection.ts';

/** How long a client may take to close a connection we have ended, in milliseconds. */
const CLOSING_MS = 5000;

/** The session as its users have it, whose life this is. */
export interface EngineOwner extends CommandedSession, Omit<AccountOwner, keyof CommandedSession> {
  readonly data: DataChannel;
  readonly userCode: UserCode;
  readonly attemptedLogins: number;
  timeout: number;
  /** A login is being judged: for nobody, once the client has ended its side. */
  readonly isBeingJudged: boolean;
  onConnect(): Awaitable<void>;
  onDisconnect(): Awaitable<void>;
  banner(): Awaitable<string>;
  portable(): PortableSession;
}

/** What is told to the server. */
export interface EngineEvents {
  /** The session goes on in another process. */
  left(): void;
  /** It is over. */
  ended(): void;
}

/** The life of one session. */
export class Engine {
  readonly channel: ControlChannel;
  readonly protection: SessionProtection;
  readonly account: Account;
  readonly #owner: EngineOwner;
  readonly #events: EngineEvents;
  readonly #runner: CommandRunner;
  #ending: AbortController | undefined;
  #closed = false;
  /** It ends once what was said has been sent. */
  #closing = false;
  /** It ends once the command that runs has been answered. */
  #finishing = false;
  #inputHasEnded = false;
  /** The client will say nothing more, and nothing it has said is left to be done. */
  #left = false;
  #waitingSince = 0;

  constructor(owner: EngineOwner, socket: Socket, table: CommandTable, settings: LineSettings, events: EngineEvents) {
    this.#owner = owner;
    this.#events = events;
    this.channel = new ControlChannel(socket, {
      data: (chunk) => this.#input(chunk),
      ended: () => this.#inputEnded(),
      closed: (reason) => this.#connectionLost(reason),
      idle: () => this.#idle(),
      drained: () => this.#runner.loop.turn(),
    });
    this.protection = new SessionProtection(owner, this.channel);
    this.account = new Account(owner);
    this.#runner = new CommandRunner(
      owner,
      table,
      this.channel,
      {
        isEnding: () => this.#closed || this.#closing || (this.#finishing && this.running === undefined),
        wasUsed: () => this.#wasUsed(),
      },
      settings,
    );
  }

  /** True when the session is over. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Whether what is done for the client is done for nobody: it has left, or has aborted the transfer. */
  get isAbandoned(): boolean {
    return this.#closed || this.#inputHasEnded || this.#owner.data.transfer?.signal.aborted === true;
  }

  /** The verb of the command that runs. */
  get command(): string | undefined {
    return this.#runner.command;
  }

  /** The end of the command that runs now, if another does. */
  get running(): Promise<void> | undefined {
    return this.#runner.loop.running;
  }

  /** Raised when the session ends; during a login already when there is nothing else to do for a client that has left. */
  get ending(): AbortSignal {
    this.#ending ??= new AbortController();
    if (this.#closed || this.#left) this.#ending.abort(OVER);
    return this.#ending.signal;
  }

  /** Whether a command was said, and waits. */
  isWaiting(verb: string): boolean {
    return this.#runner.loop.isWaiting(verb);
  }

  /** Has what is said until others have their turn go out as one. */
  holdReplies(): void {
    this.channel.hold();
    setImmediate(() => this.channel.flush());
  }

  /** Forgets what the client has said and nobody has answered yet; true when there was anything. */
  dropUnread(): boolean {
    return this.#runner.loop.takeUnread().length > 0 || this.channel.unheard > 0;
  }

  /** Sets how many seconds the session may be silent, 1 at least: no time at all would mean never. */
  setTimeout(seconds: number): void {
    this.#owner.timeout = Math.max(1, seconds);
    this.#windUp();
  }

  /** Greets the client and begins to listen to it. */
  async start(implicitTls: boolean): Promise<void> {
    this.#windUp();
    const { remoteAddress, remotePort, localAddress, localPort } = this.#owner;
    this.#owner.event({ type: 'connect', remoteAddress, remotePort, localAddress, localPort });
    if (implicitTls && !(await this.protection.startImplicitly())) return;
    if (!(await this.#greet())) return;
    this.#wasUsed();
    this.channel.listen();
  }

  /** Goes on with what another process has begun. @param unread What was read there and not executed. */
  resume(unread: Buffer, first: () => CommandResult | Promise<CommandResult>): void {
    this.#windUp();
    this.#wasUsed();
    this.#runner.runFirst(first);
    if (unread.length > 0) this.#runner.loop.push(unread);
    this.channel.listen();
  }

  /**
   * Gives the session away, to another process.
   * @returns undefined when the session is over.
   * @throws SystemError when there are too many descriptors; the session goes on then.
   */
  async detach(): Promise<DetachedSession | undefined> {
    const { channel } = this;
    await channel.flushed();
    if (this.#closed || this.#closing) return undefined;
    const handover = channel.isSecured ? this.protection.handover : undefined;
    const given = handover === undefined ? channel.detach() : ControlRelay.start(channel);
    this.#closed = true;
    this.#owner.data.releaseEndpoint();
    this.#events.left();
    const unread = [this.#runner.loop.takeUnread(), ...('unheard' in given ? [given.unheard] : [])];
    return {
      state: this.#owner.portable(),
      descriptor: given.descriptor,
      unread: Buffer.concat(unread),
      tls: handover === undefined || !('relay' in given) ? undefined : { handover, relay: given.relay },
    };
  }

  /** Ends the session at once; the first reason given is the one that is told. */
  close(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#owner.userCode.end();
    this.#ending?.abort(OVER);
    this.#owner.data.giveUp();
    this.channel.destroy();
    void this.#farewell(reason);
  }

  /** Ends the session once what was said has been sent. */
  closeWhenDone(): void {
    if (this.#closed || this.#closing) return;
    this.#closing = true;
    this.#wasUsed();
    this.channel.setTimeout(CLOSING_MS);
    // Unread input would turn the end of the connection into a reset, and the last reply would be lost with it.
    this.channel.resume();
    this.channel.end();
  }

  /** The server is about to end: so is the session, as soon as the command that runs has been answered. */
  finish(): void {
    this.#finishing = true;
    const bye = (): void => {
      this.#owner.respond({ name: 'serverClosing' });
      this.close('the server is shutting down');
    };
    if (this.running === undefined) bye();
    else void this.running.then(bye);
  }

  /** Tells of the client, and greets it; false when the session is over. */
  async #greet(): Promise<boolean> {
    const owner = this.#owner;
    try {
      await owner.userCode.ask('onConnect', () => owner.onConnect());
      if (this.#closed || this.#closing) return false;
      const banner: unknown = await owner.userCode.ask('banner', () => owner.banner());
      if (this.#closed || this.#closing) return false;
      if (typeof banner !== 'string') throw wrongAnswer('banner', banner, 'a text');
      owner.respond({ name: 'serviceReady', banner });
      return true;
    } catch (error) {
      const isRefusal = error instanceof FilesystemError;
      if (!isRefusal) owner.userCode.report(error);
      const notes = isRefusal ? [error.reason.text] : [];
      owner.respond({ name: 'serviceUnavailable', reason: 'internal', notes });
      this.closeWhenDone();
      return false;
    }
  }

  async #farewell(reason: string): Promise<void> {
    const owner = this.#owner;
    const { running } = this;
    try {
      // What runs is being aborted; the file system is its until it has cleaned up.
      if (running !== undefined) await owner.userCode.awaitEnd(`ftp_${this.command ?? ''}`.replace(' ', '_'), running);
      await owner.flushAccount();
      owner.event({ type: 'disconnect', reason });
      await owner.userCode.tell('onDisconnect', () => owner.onDisconnect());
    } catch (error) {
      owner.userCode.report(error);
    } finally {
      this.#events.ended();
    }
  }

  #wasUsed(): void {
    this.#waitingSince = performance.now();
  }

  #windUp(): void {
    this.channel.setTimeout(this.#owner.timeout * 1000);
  }

  #input(chunk: Buffer): void {
    const waited = performance.now() - this.#waitingSince;
    if (this.#closing) {
      // Each byte resets the timer, and none keeps the connection for longer.
      if (waited > CLOSING_MS) this.#idle();
      return;
    }
    // A client that feeds a line byte by byte keeps resetting the idle timer: a line has twice its time, no more.
    const { timeout } = this.#owner;
    if (timeout > 0 && this.running === undefined && waited > timeout * 2000) this.#idle();
    else this.#runner.loop.push(chunk);
  }

  /** The control connection is broken, or has been closed. */
  #connectionLost(reason: string): void {
    const { running } = this;
    if (running !== undefined && this.#runner.isStoring && !this.#closed && this.#owner.data.hangsUp())
      void running.then(() => this.close(reason));
    else this.close(reason);
  }

  /**
   * The client has said all it will say: what it asked for is done unless it takes long, but nobody is left to send files to, and who
   * hangs up while a password is judged costs no judgement.
   */
  #inputEnded(): void {
    const owner = this.#owner;
    const { running } = this;
    this.#inputHasEnded = true;
    const goesOn = this.#runner.isStoring && owner.data.hangsUp();
    const isVain = (owner.data.transfer !== undefined && !goesOn) || owner.isBeingJudged;
    if (isVain) this.close('the client has gone');
    else if (running === undefined) this.closeWhenDone();
    else {
      // Whoever asks to be let in and goes is not waited for. Another command is done for its own sake.
      if (!owner.authenticated && !this.#runner.loop.hasUnread) {
        this.#left = true;
        this.#ending?.abort(OVER);
      }
      void running.then(() => this.#inputEnded());
    }
  }

  #idle(): void {
    if (this.#closing) {
      this.close('the client did not close its connection');
      return;
    }
    if (this.running !== undefined) {
      // Busy for the client: a transfer has a timer of its own.
      this.#windUp();
      return;
    }
    // Replies that were sent at once have not wound up the timer.
    const left = this.#owner.timeout * 1000 - (performance.now() - this.#waitingSince);
    if (left > 1) {
      this.channel.setTimeout(left);
      return;
    }
    this.#owner.respond({ name: 'idleTimeout' });
    this.closeWhenDone();
  }
}
