/** How often each transfer is asked where it is, in milliseconds. */
const PERIOD = 1000;

/** A period is cut into so many steps, and every transfer has one of them: thousands are not all written at one time. */
const STEPS = 10;

/** A transfer that is followed. */
interface Followed {
  readonly step: number;
  readonly position: () => number;
  readonly report: (position: number) => void;
  last: number;
}

/**
 * Asks each transfer under way once a second where it is, and tells where it has moved to. It ticks only while there are
 * transfers, and keeps no process alive.
 */
export class ProgressClock {
  readonly #transfers = new Map<object, Followed>();
  readonly #steps: readonly Set<Followed>[] = Array.from({ length: STEPS }, () => new Set<Followed>());
  #timer: NodeJS.Timeout | undefined;
  #step = 0;
  #given = 0;

  /** Follows the transfer of a session, in place of the one it had. */
  follow(session: object, start: number, position: () => number, report: (position: number) => void): void {
    this.forget(session);
    const followed: Followed = { step: this.#given % STEPS, position, report, last: start };
    this.#given += 1;
    this.#transfers.set(session, followed);
    this.#steps[followed.step]?.add(followed);
    this.#timer ??= setInterval(() => this.#tick(), PERIOD / STEPS).unref();
  }

  /** Ends that. Answers where the transfer is now; undefined when the session has none. */
  forget(session: object): number | undefined {
    const followed = this.#transfers.get(session);
    if (followed === undefined) return undefined;
    this.#transfers.delete(session);
    this.#steps[followed.step]?.delete(followed);
    if (this.#transfers.size === 0) this.close();
    return followed.position();
  }

  /** Stops, and follows nothing any more. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#transfers.clear();
    for (const step of this.#steps) step.clear();
  }

  #tick(): void {
    this.#step = (this.#step + 1) % STEPS;
    for (const followed of this.#steps[this.#step] ?? []) {
      const now = followed.position();
      if (now === followed.last) continue;
      followed.last = now;
      followed.report(now);
    }
  }
}
