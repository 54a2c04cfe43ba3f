import { FairQueue } from '@pure-ftpd/passwords';
import { encodeName, NameError, printableName } from '@pure-ftpd/protocol';

import type { AuthBackend, BackendResult, LoginAttempt, LogLevel } from '../backend.ts';
import { FrameError, FrameReader } from '../helper/frames.ts';
import type { HelperProcess, StartHelper } from '../helper/helper-process.ts';
import type { LoginMethod } from '../method.ts';
import { sourceOf } from '../source-of.ts';
import { decodeReply, encodeRequest, type RemoteReply, type RemoteRequest } from './messages.ts';

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
/** Logins that the helper has at a time; others wait, and sources take turns. */
const AT_ONCE = 4;
/** More than any account has; a client may send more. */
const MAX_LOGIN_BYTES = 1024;
const MAX_PASSWORD_BYTES = 4096;
/** Lines that a helper may have for one login. */
const MAX_NOTES = 20;
/** For so long no helper is started after one that could not begin, in milliseconds. */
const RESTART_MS = 2000;

interface Waiting {
  readonly attempt: LoginAttempt;
  readonly resolve: (result: BackendResult) => void;
}

/** A login that the helper has. */
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
  #helper: HelperProcess | undefined;
  #isOpen = false;
  #isClosed = false;
  #lastId = 0;
  #failedAt = -Infinity;

  constructor(options: RemoteBackendOptions) {
    this.method = options.method.name;
    this.computesHashes = options.computesHashes;
    this.#options = options;
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
    this.#lose(undefined);
    await helper?.ended;
  }

  #dispatch(): void {
    if (this.#queue.size === 0 || this.#isClosed) return;
    if (this.#helper === undefined && !this.#start()) {
      for (let waiting = this.#queue.take(); waiting !== undefined; waiting = this.#queue.take())
        waiting.resolve({ kind: 'unknown' });
      return;
    }
    while (this.#isOpen && this.#underWay.size < AT_ONCE) {
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
      this.#send({ kind: 'gone', id });
      this.#settle(id, { kind: 'unknown' });
    };
    attempt.signal?.addEventListener('abort', onGone, { once: true });
    const timer = setTimeout(() => this.#lose(`no answer in ${loginMs / 1000} s`), loginMs);
    const forget = (): void => {
      clearTimeout(timer);
      attempt.signal?.removeEventListener('abort', onGone);
    };
    this.#underWay.set(id, { ...waiting, timer, forget, notes: 0 });
    this.#send({ kind: 'login', id, attempt });
  }

  #settle(id: string, result: BackendResult): void {
    const login = this.#underWay.get(id);
    if (login === undefined) return;
    this.#underWay.delete(id);
    login.forget();
    login.resolve(result);
    this.#dispatch();
  }

  #send(request: RemoteRequest): void {
    const frame = encodeRequest(request);
    // The password is in it: it is wiped as soon as the kernel has it, or never will.
    this.#helper?.channel.write(frame, () => frame.fill(0));
  }

  /** @returns Whether there is a helper now, or will be. */
  #start(): boolean {
    if (performance.now() - this.#failedAt < RESTART_MS) return false;
    const { start, method } = this.#options;
    let helper: HelperProcess;
    try {
      helper = start();
    } catch (error) {
      this.#failedAt = performance.now();
      this.#tell(`no helper can be started: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
    this.#helper = helper;
    const reader = new FrameReader();
    const lose = (reason: string): void => {
      if (this.#helper === helper) this.#lose(reason);
    };
    helper.channel.on('data', (chunk: Buffer) => {
      try {
        for (const frame of reader.read(chunk)) if (this.#helper === helper) this.#hear(decodeReply(frame));
      } catch (error) {
        if (!(error instanceof FrameError)) throw error;
        lose(error.message);
      }
    });
    helper.channel.on('error', () => lose('the channel broke'));
    helper.channel.on('close', () => lose('the channel was closed'));
    void helper.ended.then((how) => lose(`it ended: ${how}`));
    this.#send({ kind: 'open', method: method.name, path: method.path });
    return true;
  }

  #hear(reply: RemoteReply): void {
    if (!this.#isOpen) {
      if (reply.kind === 'opened') {
        this.#isOpen = true;
        this.#dispatch();
      } else this.#lose(reply.kind === 'failed' ? reply.reason : 'an answer to nothing');
      return;
    }
    if (reply.kind === 'opened' || reply.kind === 'failed') throw new FrameError('opened twice');
    const login = this.#underWay.get(reply.id);
    // Nobody waits for that one any more.
    if (login === undefined) return;
    const { attempt } = login;
    switch (reply.kind) {
      case 'note':
        login.notes += 1;
        if (login.notes > MAX_NOTES) throw new FrameError('too much to say about a login');
        attempt.log?.(reply.level, reply.text);
        return;
      case 'accepted':
        this.#settle(reply.id, {
          kind: 'accepted',
          account: { ...reply.account, login: attempt.login, method: this.method },
        });
        return;
      case 'refused':
        this.#settle(reply.id, { kind: 'refused', reason: reply.reason });
        return;
      case 'unknown':
        this.#settle(reply.id, { kind: 'unknown' });
        return;
      default:
        reply satisfies never;
    }
  }

  /** The helper is of no use any more: who waits for it is told, and the next login gets another one. */
  #lose(reason: string | undefined): void {
    const helper = this.#helper;
    if (helper === undefined) return;
    this.#helper = undefined;
    if (!this.#isOpen) this.#failedAt = performance.now();
    this.#isOpen = false;
    helper.kill();
    helper.channel.destroy();
    if (reason !== undefined) this.#tell(`its helper failed: ${reason}`);
    for (const id of this.#underWay.keys()) this.#settle(id, { kind: 'unknown' });
    this.#dispatch();
  }

  #tell(text: string): void {
    const { method, log } = this.#options;
    log('error', `${method.name}:${method.path}: ${printableName(text)}`);
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
