/** A call that takes longer than this many milliseconds has waited for a disk or a network, not for memory. */
const SLOW_MS = 3;

/** How many calls go through the thread pool after a slow one, at first and at most. */
const FEWEST_POOLED = 4;
const MOST_POOLED = 1024;

/**
 * Whether calls on one file are made at once or in the thread pool. What the kernel has in memory comes back in the time of
 * a copy, and the way through the pool costs as much again; what a disk or a network must bring would hold up every other
 * session. Nobody can tell beforehand, so the last calls tell: after a slow one the next go through the pool, and each
 * further slow one doubles how many.
 */
export class CallPace {
  #pooled = 0;
  #next = FEWEST_POOLED;

  /** Whether calls are made at once just now. */
  get isQuick(): boolean {
    return this.#pooled === 0;
  }

  /** Whether the next call may be made at once. */
  atOnce(): boolean {
    if (this.#pooled === 0) return true;
    this.#pooled -= 1;
    return false;
  }

  /** How long a call took that was made at once, in milliseconds. */
  took(milliseconds: number): void {
    if (milliseconds < SLOW_MS) {
      this.#next = Math.max(FEWEST_POOLED, this.#next / 2);
      return;
    }
    this.#pooled = this.#next;
    this.#next = Math.min(MOST_POOLED, this.#next * 2);
  }
}
