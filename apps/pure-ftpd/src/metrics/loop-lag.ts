import type { Tally } from './tally.ts';

/** How often it is looked at, in milliseconds: seldom enough to cost nothing. */
const EVERY_MS = 500;

/** Measures how late the timers of this process are. */
export class LoopLag implements Disposable {
  readonly #timer: NodeJS.Timeout;

  constructor(tally: Tally) {
    let expected = performance.now() + EVERY_MS;
    this.#timer = setInterval(() => {
      const now = performance.now();
      tally.observe('pure_ftpd_event_loop_lag_seconds', {}, Math.max(0, now - expected) / 1000);
      expected = now + EVERY_MS;
    }, EVERY_MS);
    this.#timer.unref();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
