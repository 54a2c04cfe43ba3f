/** A process that has worked for so long, in milliseconds, has not failed to start. */
const HEALTHY_MS = 30_000;

/** Crashes that cost nothing but the process; every further one in a row doubles the wait. */
const FREE_CRASHES = 2;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

interface Crashes {
  count: number;
  until: number;
}

/** Slows down what keeps crashing: each one in a row makes the next start wait for longer. */
export class CrashGuard {
  readonly #crashes = new Map<string, Crashes>();

  /** A process has ended unasked. @param lifetime How long it lived, in milliseconds. */
  crashed(key: string, lifetime: number): void {
    const before = lifetime >= HEALTHY_MS ? 0 : (this.#crashes.get(key)?.count ?? 0);
    const count = before + 1;
    const wait = count <= FREE_CRASHES ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (count - FREE_CRASHES - 1));
    this.#crashes.set(key, { count, until: performance.now() + wait });
    this.#forgetOld();
  }

  /** Whether the next start has to wait. */
  isHeldBack(key: string): boolean {
    return this.wait(key) > 0;
  }

  /** For how long, in milliseconds. */
  wait(key: string): number {
    return Math.max(0, (this.#crashes.get(key)?.until ?? 0) - performance.now());
  }

  #forgetOld(): void {
    const now = performance.now();
    for (const [key, { until }] of this.#crashes) if (until + LONGEST_WAIT_MS * 5 < now) this.#crashes.delete(key);
  }
}
