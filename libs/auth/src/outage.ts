import type { LogLevel } from './backend.ts';

/** For so long after a failure nobody tries again, in milliseconds: a server that is down gets no storm. */
const PAUSE_MS = 2000;
const REMIND_MS = 60_000;

/**
 * Whether a server answers, told in few lines: one when it does not, one a minute while it goes on, one when it is back.
 */
export class Outage {
  readonly #what: string;
  readonly #verb: string;
  #failures = 0;
  #toldAt = 0;
  #failedAt = -Infinity;
  #reason = '';

  /**
   * @param what Names the server in the log.
   * @param verb What is said of it when it does not answer.
   */
  constructor(what: string, verb = 'seems to be down') {
    this.#what = what;
    this.#verb = verb;
  }

  /** Why it is not asked at the moment; undefined when it may be. */
  get pause(): string | undefined {
    return performance.now() - this.#failedAt < PAUSE_MS ? this.#reason : undefined;
  }

  failed(reason: string, log: (level: LogLevel, text: string) => void): void {
    const now = performance.now();
    this.#failures += 1;
    this.#failedAt = now;
    this.#reason = reason;
    if (this.#failures > 1 && now - this.#toldAt < REMIND_MS) return;
    this.#toldAt = now;
    const count = this.#failures === 1 ? '' : `, ${this.#failures} logins could not be judged`;
    log('error', `${this.#what} ${this.#verb} [${reason}]${count}`);
  }

  worked(log: (level: LogLevel, text: string) => void): void {
    this.#failedAt = -Infinity;
    if (this.#failures === 0) return;
    this.#failures = 0;
    log('info', `${this.#what} is back`);
  }
}
