// The one way in which code of the developer's is called: it may answer, throw, reject, hang, or answer the wrong thing.
import { asError } from '@pure-ftpd/protocol';
import type { UserCalls } from '../contract/user-code.ts';
import { HookTimeout } from '../errors.ts';
import type { Awaitable } from '../contract/virtual-file.ts';

/** What the calls need of their session. */
export interface UserCodeOwner {
  /** Seconds a hook may take, 0 for ever. */
  readonly hookTimeout: number;
  /** Told of what failed. Must not throw. */
  failed(error: Error, hook: string | undefined): void;
  /** Told of a failure in what hears of failures, or of everything. Must not throw, nor tell those again. */
  listenerFailed(error: Error, hook: string): void;
}

/** The hook an error came out of. */
const origins = new WeakMap<Error, string>();

/** Part of the limit that hooks get when the time for the end of a session is over: what answers at once is heard. */
const LAST_PART = 0.1;

/** Calls the code of the developer on behalf of one session. */
export class UserCode implements UserCalls {
  readonly #owner: UserCodeOwner;
  /** When the end of the session has to be over, as `performance.now()` has it. */
  #deadline: number | undefined;
  /** Listeners that have failed: each is told of once, not with every line. */
  #deaf: Set<string> | undefined;

  constructor(owner: UserCodeOwner) {
    this.#owner = owner;
  }

  /** The session ends: from now on, all hooks together have the time of one. */
  end(): void {
    this.#deadline ??= performance.now() + this.#owner.hookTimeout * 1000;
  }

  ask<T>(hook: string, call: () => Awaitable<T>): Awaitable<T> {
    try {
      const answer = call();
      return isPromise(answer) ? this.within(hook, answer) : answer;
    } catch (error) {
      throw originating(error, hook);
    }
  }

  async tell(hook: string, call: () => unknown): Promise<void> {
    try {
      await this.ask(hook, call);
    } catch (error) {
      this.report(error);
    }
  }

  heard(hook: string, returned: unknown): void {
    if (isPromise(returned)) returned.then(undefined, (error: unknown) => this.deaf(hook, error));
  }

  deaf(hook: string, error: unknown): void {
    this.#deaf ??= new Set();
    if (this.#deaf.has(hook)) return;
    this.#deaf.add(hook);
    this.#owner.listenerFailed(asError(error), hook);
  }

  report(error: unknown): void {
    const failure = asError(error);
    this.#owner.failed(failure, hookOf(failure));
  }

  async within<T>(hook: string, answer: PromiseLike<T>, limit: number = this.#limit()): Promise<T> {
    const timeout = Promise.withResolvers<never>();
    const timer = limit > 0 ? setTimeout(() => timeout.reject(new HookTimeout(hook, limit)), limit * 1000) : undefined;
    try {
      return await Promise.race([answer, timeout.promise]);
    } catch (error) {
      throw originating(error, hook);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Waits for the command that runs at the end of the session: a little longer than for a hook it may be waiting for. */
  async awaitEnd(hook: string, running: Promise<void>): Promise<void> {
    try {
      await this.within(hook, running, this.#limit() * (1 + LAST_PART));
    } catch (error) {
      this.report(error);
    }
  }

  /** Seconds the next hook may take. */
  #limit(): number {
    const limit = this.#owner.hookTimeout;
    if (this.#deadline === undefined || limit <= 0) return limit;
    return Math.max((this.#deadline - performance.now()) / 1000, limit * LAST_PART);
  }
}

/** The error of a hook that has answered something it must not. */
export function wrongAnswer(hook: string, answer: unknown, expected: string): Error {
  // That it is a promise at all is the failure; that it rejects as well would end the process.
  if (isPromise(answer)) answer.then(undefined, () => undefined);
  return originating(new TypeError(`${hook} has answered ${described(answer)} instead of ${expected}`), hook);
}

/**
 * A message that a hook has answered; none is none.
 * @throws TypeError when it is something else.
 */
export function textOf(hook: string, answer: unknown): string | undefined {
  if (answer === undefined || answer === null) return undefined;
  if (typeof answer === 'string') return answer;
  throw wrongAnswer(hook, answer, 'a text');
}

/** Whether something is a promise, of whatever kind. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** The hook an error came out of; undefined for a defect elsewhere. */
export function hookOf(error: unknown): string | undefined {
  return error instanceof Error ? origins.get(error) : undefined;
}

/** What was thrown, as an error that is known to come out of a hook. */
export function originating(error: unknown, hook: string): Error {
  const failure = asError(error);
  // A hook that calls another knows best where it began.
  if (!origins.has(failure)) origins.set(failure, hook);
  return failure;
}

/** Not its content: that may be a password. */
function described(answer: unknown): string {
  if (answer === null || answer === undefined || typeof answer === 'boolean') return String(answer);
  if (isPromise(answer)) return 'a promise';
  return Array.isArray(answer) ? 'an array' : `a value of type ${typeof answer}`;
}
