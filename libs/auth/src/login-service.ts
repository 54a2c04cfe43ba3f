import { setTimeout as sleep } from 'node:timers/promises';

import type { LoginAttempt } from './backend.ts';
import type { AuthChain, AuthResult } from './chain.ts';
import { failureDelay } from './failure-delay.ts';
import { sourceOf } from './source-of.ts';

/** What the service says: the chain's answer, or that there are too many logins at a time (reply 421). */
export type LoginAnswer = AuthResult | { readonly kind: 'busy'; readonly reason: string };

/** How many logins may be judged at a time, those included that wait for their turn. */
export interface LoginServiceOptions {
  /** In all; 2048 unless told. */
  readonly total?: number;
  /** From one source: an IPv4 address, or the /64 network of an IPv6 address; 512 unless told. */
  readonly perSource?: number;
}

/**
 * The one door to the chain for all sessions of a server.
 *
 * It bounds what is judged at a time, so that a flood of logins is turned away instead of kept. What is costly has queues of
 * its own behind it, in which sources take turns: password hashes in the gate of their library, PAM in its pool. A slow
 * backend thus stops nobody who is judged by another one.
 *
 * No refusal tells by its time why it is one: it is answered at a time that was chosen before anything was looked up, and
 * whatever the reason, the same was computed (see `dummyVerify` of the passwords library).
 */
export class LoginService {
  readonly #chain: AuthChain;
  readonly #total: number;
  readonly #perSource: number;
  readonly #sources = new Map<string, number>();
  #underWay = 0;

  constructor(chain: AuthChain, options: LoginServiceOptions = {}) {
    this.#chain = chain;
    this.#total = options.total ?? 2048;
    this.#perSource = options.perSource ?? 512;
  }

  /** Logins that are judged, or wait for that. */
  get underWay(): number {
    return this.#underWay;
  }

  /**
   * Asks who this is. Never rejects for what the client sent. The bytes of the password are wiped when it has been judged.
   * @param refusalDelay Milliseconds from now to the answer, if it is a refusal: see {@link failureDelay}. It takes longer
   *   only if the judgement does. Nothing is held meanwhile but the session's place in memory.
   */
  async authenticate(attempt: LoginAttempt, refusalDelay: number = failureDelay(1)): Promise<LoginAnswer> {
    const answerAt = performance.now() + refusalDelay;
    const source = sourceOf(attempt.clientAddress);
    const ofSource = this.#sources.get(source) ?? 0;
    const isFull = this.#underWay >= this.#total;
    if (isFull || ofSource >= this.#perSource) {
      attempt.password.fill(0);
      return { kind: 'busy', reason: `too many logins at a time${isFull ? '' : ` from ${source}`}` };
    }
    this.#underWay += 1;
    this.#sources.set(source, ofSource + 1);
    let result: AuthResult;
    try {
      result = await this.#chain.authenticate(attempt);
    } finally {
      attempt.password.fill(0);
      this.#underWay -= 1;
      this.#leave(source);
    }
    if (result.kind === 'unknown' || result.kind === 'refused') await until(answerAt, attempt.signal);
    return result;
  }

  #leave(source: string): void {
    const left = (this.#sources.get(source) ?? 0) - 1;
    if (left > 0) this.#sources.set(source, left);
    else this.#sources.delete(source);
  }
}

/** Waits; not for a client that has left. */
async function until(time: number, signal: AbortSignal | undefined): Promise<void> {
  const milliseconds = time - performance.now();
  if (milliseconds <= 0) return;
  try {
    await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
}
