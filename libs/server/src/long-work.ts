// Work that grows with what is on disk, or with what a client asks for: the one way in which it leaves room for everybody else.
import { TransferAborted } from './errors.ts';

/** For how long a piece of work may keep all other sessions waiting, in milliseconds. */
const SLICE_MS = 5;

/** Items that are looked at between two looks at the clock. */
const ITEMS_A_LOOK = 64;

/** For whom something is done. */
export interface Beneficiary {
  /** Whether it is done for nobody any more: the client has left, or has aborted the transfer. */
  readonly isAbandoned: boolean;
}

/** Who waits for the next slice, each for its turn. */
const waiting: (() => void)[] = [];

/**
 * Work on a client's behalf, in slices of time: whoever does it asks {@link isDue} after each small step, and gives others
 * their {@link turn} when it is. However many do so at once, each turn of the event loop has one slice of one of them.
 */
export class LongWork {
  readonly #beneficiary: Beneficiary;
  #until = performance.now() + SLICE_MS;

  constructor(beneficiary: Beneficiary) {
    this.#beneficiary = beneficiary;
  }

  /** Whether the slice is over. */
  get isDue(): boolean {
    return performance.now() >= this.#until;
  }

  /**
   * Waits while others have their turn.
   * @throws {TransferAborted} when nobody is left to work for.
   */
  async turn(): Promise<void> {
    await nextSlice();
    if (this.#beneficiary.isAbandoned) throw new TransferAborted();
    this.#until = performance.now() + SLICE_MS;
  }

  /** As the method of arrays, in slices. @throws {TransferAborted} */
  async filter<T>(items: readonly T[], keep: (item: T) => boolean): Promise<T[]> {
    const kept: T[] = [];
    for (let at = 0; at < items.length; at += ITEMS_A_LOOK) {
      for (const item of items.slice(at, at + ITEMS_A_LOOK)) if (keep(item)) kept.push(item);
      if (this.isDue) await this.turn();
    }
    return kept;
  }
}

function nextSlice(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(serveOne);
  });
}

/** What it wakes runs when this has returned, before anything else of the event loop. */
function serveOne(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(serveOne);
}
