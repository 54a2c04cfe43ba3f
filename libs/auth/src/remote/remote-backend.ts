import { FairQueue } from '@pure-ftpd/passwords';
import { encodeName, NameError, printableName } from '@pure-ftpd/protocol';

import type { AuthBackend, BackendResult, LoginAttempt, LogLevel } from '../backend.ts';
import { FrameError } from '../helper/frames.ts';
import type { StartHelper } from '../helper/helper-process.ts';
import { type LoginMethod, methodText } from '../method.ts';
import { Outage } from '../outage.ts';
import { sourceOf } from '../source-of.ts';
import { HelperLink } from './helper-link.ts';
import type { RemoteAnswer, RemoteVerdict } from './messages.ts';

export interface RemoteBackendOptions {
  readonly method: LoginMethod;
  /** Whether the helper compares passwords with hashes. */
  readonly computesHashes: boolean;
  /** Starts a helper, which runs `runBackendHelper`. */
  readonly start: StartHelper;
  /** Hears of helpers that failed. */
  readonly log: (level: LogLevel, text: string) => void;
  /** Milliseconds for a login; then the helper is killed. The backend itself has less. */
  readonly loginMs?: number;
}

const LOGIN_MS = 15_000;
/** Logins that the helper has at a time, each with a connection to its server; others wait, and sources take turns. */
const AT_ONCE = 16;
/** More than any account has; a client may send more. */
const MAX_LOGIN_BYTES = 1024;
const MAX_PASSWORD_BYTES = 4096;
/** Lines that a helper may have for one login. */
const MAX_NOTES = 20;
/** For so long no helper is started after one that has answered nothing, in milliseconds. */
const RESTART_MS = 2000;

interface Waiting {
  readonly attempt: LoginAttempt;
  readonly resolve: (result: BackendResult) => void;
}

/** A login that the helper has, also when nobody waits for its answer any more: it has to give one all the same. */
interface UnderWay extends Waiting {
  readonly timer: NodeJS.Timeout;
  readonly forget: () => void;
  notes: number;
}

/**
 * A backend in a process of its own, without rights, which is started when it is needed: what a database's client library
 * does with what it hears stops no login of another backend, and has nothing to take. Its answers are checked as a stranger's.
 */
export class RemoteBackend implements AuthBackend, AsyncDisposable {
  readonly method: string;
  readonly computesHashes: boolean;
  readonly #options: RemoteBackendOptions;
  readonly #queue = new FairQueue<Waiting>();
  readonly #underWay = new Map<string, UnderWay>();
  readonly #outage: Outage;
  #helper: HelperLink | undefined;
  /** Whether this helper has answered anything. */
  #hasAnswered = false;
  #isClosed = false;
  #lastId = 0;
  #failedAt = -Infinity;

  constructor(options: RemoteBackendOptions) {
    this.method = options.method.name;
    this.computesHashes = options.computesHashes;
    this.#options = options;
    this.#outage = new Outage(`${methodText(options.method)}: its helper`, 'failed');
  }

  /** Never rejects: what goes wrong is an unknown login, and told to the log. */
  async authenticate(attempt: LoginAttempt): Promise<BackendResult> {
    const { signal } = attempt;
    if (this.#isClosed || signal?.aborted === true || !fits(attempt)) return { kind: 'unknown' };
    const { promise, resolve } = Promise.withResolvers<BackendResult>();
    const source = sourceOf(attempt.clientAddress);
    const waiting: Waiting = { attempt, resolve };
    this.#queue.add(source, waiting);
    const leave = (): void => {
      if (this.#queue.delete(source, waiting)) resolve({ kind: 'unknown' });
    };
    signal?.addEventListener('abort', leave, { once: true });
    this.#dispatch();
    try {
      return await promise;
    } finally {
      signal?.removeEventListener('abort', leave);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    const helper = this.#helper;
    this.#dropHelper();
    this.#dispatch();
    await helper?.kill();
  }

  #dispatch(): void {
    if (this.#queue.size === 0) return;
    if (this.#isClosed || (this.#helper === undefined && !this.#start())) {
      for (let waiting = this.#queue.take(); waiting !== undefined; waiting = this.#queue.take())
        waiting.resolve({ kind: 'unknown' });
      return;
    }
    while (this.#helper?.hasOpened === true && this.#underWay.size < AT_ONCE) {
      const waiting = this.#queue.take();
      if (waiting === undefined) return;
      this.#ask(waiting);
    }
  }

  #ask(waiting: Waiting): void {
    const { attempt } = waiting;
    this.#lastId += 1;
    const id = String(this.#lastId);
    const { loginMs = LOGIN_MS } = this.#options;
    const onGone = (): void => {
      this.#helper?.send({ kind: 'gone', id });
      waiting.resolve({ kind: 'unknown' });
    };
    attempt.signal?.addEventListener('abort', onGone, { once: true });
    const timer = setTimeout(() => this.#fail(`no answer in ${loginMs / 1000} s`), loginMs);
    const forget = (): void => {
      clearTimeout(timer);
      attempt.signal?.removeEventListener('abort', onGone);
    };
    this.#underWay.set(id, { ...waiting, timer, forget, notes: 0 });
    this.#helper?.send({ kind: 'login', id, attempt });
  }

  #settle(id: string, login: UnderWay, result: BackendResult): void {
    this.#underWay.delete(id);
    login.forget();
    login.resolve(result);
  }

  /** @returns Whether there is a helper now, or will be. */
  #start(): boolean {
    if (performance.now() - this.#failedAt < RESTART_MS) return false;
    const { start, method } = this.#options;
    this.#hasAnswered = false;
    try {
      this.#helper = new HelperLink(start, method, {
        opened: () => this.#dispatch(),
        answered: (answer) => this.#hear(answer),
        lost: (reason) => this.#fail(reason),
      });
      return true;
    } catch (error) {
      this.#fail(`cannot be started: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }

  /** @throws FrameError for an answer that nobody has asked for. */
  #hear(answer: RemoteAnswer): void {
    const login = answer.kind === 'probed' ? undefined : this.#underWay.get(answer.id);
    if (answer.kind === 'probed' || login === undefined) throw new FrameError('an answer to nothing');
    if (answer.kind === 'note') {
      login.notes += 1;
      if (login.notes > MAX_NOTES) throw new FrameError('too much to say about a login');
      login.attempt.log?.(answer.level, answer.text);
      return;
    }
    this.#hasAnswered = true;
    this.#outage.worked(this.#options.log);
    this.#settle(answer.id, login, this.#resultOf(answer, login.attempt));
    this.#dispatch();
  }

  /** Whose account it is, the server says, whatever the helper thinks. */
  #resultOf(verdict: RemoteVerdict, { login }: LoginAttempt): BackendResult {
    switch (verdict.kind) {
      case 'accepted':
        return { kind: 'accepted', account: { ...verdict.account, login, method: this.method } };
      case 'refused':
        return { kind: 'refused', reason: verdict.reason };
      case 'unknown':
        return { kind: 'unknown' };
      default:
        return verdict satisfies never;
    }
  }

  /** The helper is of no use any more: the next login gets another one. */
  #fail(reason: string): void {
    if (!this.#hasAnswered) this.#failedAt = performance.now();
    this.#outage.failed(printableName(reason), this.#options.log);
    this.#dropHelper();
    this.#dispatch();
  }

  /** Ends the helper; who waits for it is told. */
  #dropHelper(): void {
    void this.#helper?.kill();
    this.#helper = undefined;
    for (const [id, login] of this.#underWay) this.#settle(id, login, { kind: 'unknown' });
  }
}

function fits({ login, password }: LoginAttempt): boolean {
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
