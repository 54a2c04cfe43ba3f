/** What ends when. */
export interface Expiry {
  readonly network: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** The next to end first: a binary heap. What has been put off, or lifted, is there still, and is for its reader to tell. */
export class ExpiryQueue {
  readonly #heap: Expiry[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** The one that ends first. */
  get first(): Expiry | undefined {
    return this.#heap[0];
  }

  add(expiry: Expiry): void {
    const heap = this.#heap;
    heap.push(expiry);
    for (let at = heap.length - 1; at > 0;) {
      const above = (at - 1) >> 1;
      if (!this.#isBefore(at, above)) return;
      this.#swap(at, above);
      at = above;
    }
  }

  /** Takes the first away. */
  shift(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      const right = left + 1;
      const next = right < heap.length && this.#isBefore(right, left) ? right : left;
      if (next >= heap.length || !this.#isBefore(next, at)) return;
      this.#swap(at, next);
      at = next;
    }
  }

  /** Begins anew with these. */
  refill(expiries: Iterable<Expiry>): void {
    this.#heap.length = 0;
    for (const expiry of expiries) this.add(expiry);
  }

  #isBefore(one: number, other: number): boolean {
    return (this.#heap[one]?.until ?? Infinity) < (this.#heap[other]?.until ?? Infinity);
  }

  #swap(one: number, other: number): void {
    const heap = this.#heap;
    const [first, second] = [heap[one], heap[other]];
    if (first === undefined || second === undefined) return;
    heap[one] = second;
    heap[other] = first;
  }
}
