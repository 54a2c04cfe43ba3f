import type { Awaitable } from './virtual-file.ts';

/** Where something failed: what a developer wants to know besides the error. */
export interface FailureContext {
  /** The verb that was executed, `SITE CHMOD` for one of SITE; undefined outside of commands. */
  readonly command: string | undefined;
  /** The method of the developer's; undefined for a defect elsewhere. */
  readonly hook: string | undefined;
  /** Who was logged in, or wanted to be; empty before USER. */
  readonly username: string;
}

/** The one way in which code of the developer's is called: it may answer, throw, reject, hang, or answer the wrong thing. */
export interface UserCalls {
  /**
   * Calls code whose answer counts. What answers at once is not made to wait.
   * @param hook Its name, for whoever reads of a failure.
   * @throws What it throws or rejects with, always an `Error`; HookTimeout.
   */
  ask<T>(hook: string, call: () => Awaitable<T>): Awaitable<T>;
  /** Calls code that is told of something and cannot change it: a failure is reported, and goes no further. */
  tell(hook: string, call: () => unknown): Promise<void>;
  /** Takes note of what a listener has returned: nobody waits for it, and its failure is told once. */
  heard(hook: string, returned: unknown): void;
  /** A listener has failed. */
  deaf(hook: string, error: unknown): void;
  /** Reports what was caught: a failure of a hook, or a defect. */
  report(error: unknown): void;
  /**
   * Waits for a promise.
   * @param limit Seconds, without it as many as a hook may take; 0 for ever.
   * @throws What it rejects with; HookTimeout.
   */
  within<T>(hook: string, answer: PromiseLike<T>, limit?: number): Promise<T>;
}
