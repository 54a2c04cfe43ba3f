/** How long a piece takes, in milliseconds: short, so that the flow is smooth. */
const PIECE_MS = 50;

/** How much of what was not used may be made up for, in milliseconds beyond a piece: late timers cost nothing then. */
const CREDIT_MS = 200;

/**
 * Bytes that may be moved, filled at a steady rate. Begins empty, so that no second sees more than the rate and a quarter
 * of it.
 */
export class TokenBucket {
  #rate = 0;
  #piece = 0;
  readonly #now: () => number;
  #tokens = 0;
  #filledAt: number;

  /**
   * @param rate Bytes per second.
   * @param now A clock, in milliseconds.
   * @throws RangeError when the rate is not above 0.
   */
  constructor(rate: number, now: () => number = () => performance.now()) {
    this.#setRate(rate);
    this.#now = now;
    this.#filledAt = now();
  }

  /** The least that is worth moving where there is more to be moved: what comes in 50 ms. */
  get piece(): number {
    return this.#piece;
  }

  /**
   * Fills it at another rate from now on; what is in it stays.
   * @throws RangeError when the rate is not above 0.
   */
  changeRate(rate: number): void {
    this.#fill();
    this.#setRate(rate);
  }

  /** Gives back what was taken, and not used. */
  putBack(bytes: number): void {
    this.#tokens += bytes;
  }

  /**
   * Takes tokens: as many as there are, up to `bytes`.
   * @returns 0 when there is not enough for a piece worth moving.
   */
  take(bytes: number): number {
    this.#fill();
    if (this.#tokens < Math.min(bytes, this.#piece)) return 0;
    const taken = Math.min(bytes, Math.floor(this.#tokens));
    this.#tokens -= taken;
    return taken;
  }

  /** When {@link take} is worth asking again, in milliseconds from now. */
  millisecondsUntil(bytes: number): number {
    this.#fill();
    return Math.max(1, Math.ceil((Math.min(bytes, this.#piece) - this.#tokens) / this.#rate));
  }

  #setRate(rate: number): void {
    if (!(rate > 0)) throw new RangeError(`a rate must be above 0, not ${rate}`);
    this.#rate = rate / 1000;
    this.#piece = Math.max(1, Math.floor(this.#rate * PIECE_MS));
  }

  #fill(): void {
    const now = this.#now();
    const most = this.#piece + this.#rate * CREDIT_MS;
    this.#tokens = Math.min(most, this.#tokens + (now - this.#filledAt) * this.#rate);
    this.#filledAt = now;
  }
}
