import type { Bucket } from '../contract/account.ts';
import { TokenBucket } from './token-bucket.ts';

/** How long one that waits goes without asking at most, in milliseconds: those in front of it may have gone. */
const LONGEST_WAIT_MS = 200;

/** How late one that waits may ask for its turn, in milliseconds, before the next one has it: it may be there no more. */
const GRACE_MS = 100;

/** One of those who take from a {@link FairBucket}. */
export interface Taker extends Bucket {
  /** Gives back what was taken, and not used. */
  putBack(bytes: number): void;
}

/** When each one that waits asks again. */
type Waiting = Map<Taker, number>;

/** A bucket for many, whose rate may change: those who wait take in turn, a piece each, so that all get as much. */
export class FairBucket {
  readonly #now: () => number;
  readonly #waiting: Waiting = new Map();
  #bucket: TokenBucket | undefined;
  #rate: number;

  /**
   * @param rate Bytes per second; 0 for nothing at all, Infinity for no limit.
   * @param now A clock, in milliseconds.
   */
  constructor(rate: number, now: () => number = () => performance.now()) {
    this.#now = now;
    this.#rate = 0;
    this.rate = rate;
  }

  get rate(): number {
    return this.#rate;
  }

  set rate(rate: number) {
    if (rate === this.#rate) return;
    this.#rate = rate;
    if (rate === 0 || rate === Infinity) this.#bucket = undefined;
    else if (this.#bucket === undefined) this.#bucket = new TokenBucket(rate, this.#now);
    else this.#bucket.changeRate(rate);
  }

  /** One more who takes. */
  taker(): Taker {
    const taker: Taker = {
      take: (bytes) => this.#take(taker, bytes),
      millisecondsUntil: (bytes) => this.#millisecondsUntil(taker, bytes),
      putBack: (bytes) => this.#bucket?.putBack(bytes),
    };
    return taker;
  }

  #take(taker: Taker, bytes: number): number {
    if (this.#rate === Infinity) {
      this.#waiting.delete(taker);
      return bytes;
    }
    const taken = this.#first(taker) === taker ? this.#takeInTurn(taker, bytes) : 0;
    if (taken === 0 && !this.#waiting.has(taker)) this.#waiting.set(taker, this.#now());
    if (taken > 0) this.#waiting.delete(taker);
    return taken;
  }

  #takeInTurn(taker: Taker, bytes: number): number {
    const bucket = this.#bucket;
    if (bucket === undefined) return 0;
    const areOthersWaiting = this.#waiting.size > (this.#waiting.has(taker) ? 1 : 0);
    return bucket.take(areOthersWaiting ? Math.min(bytes, bucket.piece) : bytes);
  }

  /** Whose turn it is: of those who wait, the first who is still there. */
  #first(asking: Taker): Taker {
    const now = this.#now();
    for (const [taker, due] of this.#waiting) {
      if (taker === asking || now <= due + GRACE_MS) return taker;
      this.#waiting.delete(taker);
    }
    return asking;
  }

  #millisecondsUntil(taker: Taker, bytes: number): number {
    const milliseconds = Math.min(LONGEST_WAIT_MS, this.#estimate(taker, bytes));
    if (this.#waiting.has(taker)) this.#waiting.set(taker, this.#now() + milliseconds);
    return milliseconds;
  }

  #estimate(taker: Taker, bytes: number): number {
    if (this.#rate === Infinity) return 1;
    const bucket = this.#bucket;
    // Its rate is on its way.
    if (bucket === undefined) return 10;
    let bytesBefore = 0;
    for (const other of this.#waiting.keys()) {
      if (other === taker) break;
      bytesBefore += bucket.piece;
    }
    return bucket.millisecondsUntil(bytes) + Math.floor((bytesBefore * 1000) / this.#rate);
  }
}
