import { FairQueue } from '@pure-ftpd/passwords';
import { encodeName, messageOf, NameError } from '@pure-ftpd/protocol';

import { HelperChannel, PamHelperError } from './helper-channel.ts';
import type { StartHelper } from '../helper/helper-process.ts';
import type { PamLogin, PamReply } from './messages.ts';

export interface PamPoolOptions {
  /** Starts a helper. */
  readonly start: StartHelper;
  /** Helpers that take logins at a time; 4 unless told. */
  readonly size?: number;
  /** Milliseconds for a login, or for the end of a session; then the helper is killed. 30 seconds unless told. */
  readonly timeout?: number;
  /** Logins after which a helper is replaced: modules leak. 500 unless told. */
  readonly maxLogins?: number;
  /** Milliseconds after which a helper leaves that nobody needs. 5 minutes unless told. */
  readonly idle?: number;
  /** Hears of helpers that failed, and of sessions that were lost with them. */
  readonly log?: (level: 'warning' | 'error', text: string) => void;
}

/** More than any account has; a client may send more. */
const MAX_LOGIN_BYTES = 1024;
const MAX_PASSWORD_BYTES = 4096;

/** What PAM says of a login. */
export type PamAnswer =
  | { readonly kind: 'unknown'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string }
  | {
      readonly kind: 'accepted';
      readonly uid: number;
      readonly gid: number;
      readonly home: string;
      /** What modules had to say, for the log; empty when nothing. */
      readonly notes: string;
      /** Closes the PAM session. Never rejects; may be called again. */
      readonly close: () => Promise<void>;
    };

interface Helper {
  readonly channel: HelperChannel;
  readonly sessions: Set<string>;
  /** Sessions to be closed, each with who waits for it. */
  readonly closing: Map<string, () => void>;
  busy: boolean;
  logins: number;
  /** Takes no more logins; ends with its last session. */
  retired: boolean;
  timer: NodeJS.Timeout | undefined;
}

interface Waiting {
  readonly login: Omit<PamLogin, 'session'>;
  readonly resolve: (answer: PamAnswer) => void;
}

/**
 * Helpers that talk to PAM, each one login at a time: a slow module stops one of them, never the server, and a module that
 * crashes takes one of them with it. Helpers are started when there is nobody free, and replaced after some logins.
 *
 * The PAM session of a login lives in the helper that opened it, since only the same handle may close it; a handle is small
 * beside a process, so a helper keeps any number of them and goes on judging logins. What a module changes in the process
 * itself (resource limits, key rings, mounts) is changed in the helper, for good: FTP sessions are served by other
 * processes, and have none of it.
 */
export class PamPool implements AsyncDisposable {
  readonly #start: StartHelper;
  readonly #size: number;
  readonly #timeout: number;
  readonly #maxLogins: number;
  readonly #idle: number;
  readonly #log: NonNullable<PamPoolOptions['log']>;
  readonly #helpers = new Set<Helper>();
  readonly #waiting = new FairQueue<Waiting>();
  #sessions = 0;
  #closed = false;

  constructor(options: PamPoolOptions) {
    this.#start = options.start;
    this.#size = options.size ?? 4;
    this.#timeout = options.timeout ?? 30_000;
    this.#maxLogins = options.maxLogins ?? 500;
    this.#idle = options.idle ?? 300_000;
    this.#log = options.log ?? (() => {});
    if (!(this.#size >= 1) || !(this.#maxLogins >= 1)) throw new RangeError('a pool needs at least one helper');
  }

  /** Processes there are. */
  get helpers(): number {
    return this.#helpers.size;
  }

  /** Logins that wait for a helper. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Asks PAM. Never rejects: what goes wrong is an unknown login, and told to the log.
   * @param source Who asks; sources take turns.
   * @param signal Leaves the queue, or closes the session that nobody wants any more.
   */
  async login(login: Omit<PamLogin, 'session'>, source: string, signal?: AbortSignal): Promise<PamAnswer> {
    const left: PamAnswer = { kind: 'unknown', reason: 'the client has left' };
    if (isAborted(signal)) return left;
    if (this.#closed) return { kind: 'unknown', reason: 'the server is stopping' };
    if (!fits(login)) return { kind: 'unknown', reason: 'not a login for PAM' };
    const { promise, resolve } = Promise.withResolvers<PamAnswer>();
    const waiting: Waiting = { login, resolve };
    this.#waiting.add(source, waiting);
    const leave = (): void => {
      if (this.#waiting.delete(source, waiting)) resolve(left);
    };
    signal?.addEventListener('abort', leave, { once: true });
    this.#dispatch();
    const answer = await promise;
    signal?.removeEventListener('abort', leave);
    if (answer.kind === 'accepted' && isAborted(signal)) {
      await answer.close();
      return left;
    }
    return answer;
  }

  /** Closes every session and ends every helper. */
  async close(): Promise<void> {
    this.#closed = true;
    for (let waiting = this.#waiting.take(); waiting !== undefined; waiting = this.#waiting.take())
      waiting.resolve({ kind: 'unknown', reason: 'the server is stopping' });
    await Promise.all([...this.#helpers].map((helper) => helper.channel.end(this.#timeout)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #dispatch(): void {
    while (this.#waiting.size > 0) {
      const helper = this.#freeHelper();
      if (helper === undefined) return;
      const waiting = this.#waiting.take();
      if (waiting !== undefined) void this.#serve(helper, waiting);
    }
  }

  /** A helper that can take a login now, started if need be; undefined when all are busy. */
  #freeHelper(): Helper | undefined {
    let active = 0;
    for (const helper of this.#helpers) {
      if (helper.retired || helper.channel.isBroken) continue;
      if (!helper.busy) return helper;
      active += 1;
    }
    return active < this.#size ? this.#startHelper() : undefined;
  }

  #startHelper(): Helper | undefined {
    let channel: HelperChannel;
    try {
      channel = new HelperChannel(this.#start());
    } catch (error) {
      const reason = messageOf(error);
      this.#log('error', `pam: no helper can be started: ${reason}`);
      const waiting = this.#waiting.take();
      waiting?.resolve({ kind: 'unknown', reason: 'PAM cannot be asked' });
      return undefined;
    }
    const helper: Helper = {
      channel,
      sessions: new Set(),
      closing: new Map(),
      busy: false,
      logins: 0,
      retired: false,
      timer: undefined,
    };
    this.#helpers.add(helper);
    void channel.ended.then(() => this.#forget(helper));
    return helper;
  }

  #forget(helper: Helper): void {
    clearTimeout(helper.timer);
    this.#helpers.delete(helper);
    if (!this.#closed && helper.sessions.size > 0)
      this.#log('error', `pam: a helper has ended, ${helper.sessions.size} PAM sessions were not closed`);
    for (const done of helper.closing.values()) done();
    this.#dispatch();
  }

  async #serve(helper: Helper, { login, resolve }: Waiting): Promise<void> {
    clearTimeout(helper.timer);
    helper.busy = true;
    helper.logins += 1;
    this.#sessions += 1;
    const session = String(this.#sessions);
    let reply: PamReply;
    try {
      reply = await helper.channel.ask({ kind: 'login', login: { ...login, session } }, this.#timeout);
    } catch (error) {
      if (!(error instanceof PamHelperError)) throw error;
      this.#log('error', `pam: a helper failed: ${error.message}`);
      resolve({ kind: 'unknown', reason: 'PAM has not answered' });
      return;
    }
    if (reply.kind === 'accepted') {
      helper.sessions.add(session);
      const { uid, gid, home, notes } = reply;
      resolve({ kind: 'accepted', uid, gid, home, notes, close: () => this.#closeSession(helper, session) });
    } else if (reply.kind === 'closed') {
      resolve({ kind: 'unknown', reason: 'PAM has answered something else' });
    } else {
      resolve(reply);
    }
    await this.#release(helper);
  }

  /** What a helper does between logins: it closes sessions, retires, or waits to be needed. */
  async #release(helper: Helper): Promise<void> {
    for (const [session, done] of helper.closing) {
      helper.closing.delete(session);
      await this.#closeNow(helper, session);
      done();
    }
    helper.busy = false;
    if (helper.channel.isBroken) return;
    const retired = [...this.#helpers].filter((other) => other.retired).length;
    // Too many that wait for their last session would be too many processes.
    if (helper.logins >= this.#maxLogins && retired < this.#size) helper.retired = true;
    if (helper.sessions.size === 0) this.#letGo(helper);
    this.#dispatch();
  }

  async #closeNow(helper: Helper, session: string): Promise<void> {
    try {
      const reply = await helper.channel.ask({ kind: 'close', session }, this.#timeout);
      if (reply.kind === 'closed' && reply.notes !== '') this.#log('warning', `pam: ${reply.notes}`);
      helper.sessions.delete(session);
    } catch (error) {
      // That it has ended is told once, with all its sessions.
      if (!(error instanceof PamHelperError)) throw error;
    }
  }

  #letGo(helper: Helper): void {
    if (helper.retired) {
      void helper.channel.end(this.#timeout);
      return;
    }
    helper.timer = setTimeout(() => {
      helper.retired = true;
      void helper.channel.end(this.#timeout);
    }, this.#idle);
    helper.timer.unref();
  }

  async #closeSession(helper: Helper, session: string): Promise<void> {
    // A helper that is gone, or will go, has closed it or never will.
    if (this.#closed || !this.#helpers.has(helper) || !helper.sessions.has(session)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = helper.closing.get(session);
    helper.closing.set(session, () => {
      before?.();
      resolve();
    });
    if (!helper.busy) {
      helper.busy = true;
      clearTimeout(helper.timer);
      void this.#release(helper);
    }
    await promise;
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

function fits({ login, password }: Omit<PamLogin, 'session'>): boolean {
  if (login.length > MAX_LOGIN_BYTES || password.length > MAX_PASSWORD_BYTES) return false;
  try {
    encodeName(login);
    return true;
  } catch (error) {
    // A string that stands for no bytes is no login.
    if (error instanceof NameError) return false;
    throw error;
  }
}
