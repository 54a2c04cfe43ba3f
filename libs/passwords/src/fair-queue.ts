/**
 * A queue that serves its sources in turn, each first come, first served: who brings a thousand items has one served for
 * every one of somebody else's. Every operation takes the same time, however many wait.
 */
export class FairQueue<T> {
  // In the order of their turns; a source without items is not in it.
  readonly #sources = new Map<string, Set<T>>();
  #size = 0;

  /** How many items wait. */
  get size(): number {
    return this.#size;
  }

  /** How many items of a source wait. */
  sizeOf(source: string): number {
    return this.#sources.get(source)?.size ?? 0;
  }

  /** Adds an item, which must not be in the queue. */
  add(source: string, item: T): void {
    const items = this.#sources.get(source) ?? new Set();
    this.#sources.set(source, items.add(item));
    this.#size += 1;
  }

  /** Takes an item out that does not wait any more. Answers whether it was there. */
  delete(source: string, item: T): boolean {
    const items = this.#sources.get(source);
    if (items?.delete(item) !== true) return false;
    this.#size -= 1;
    if (items.size === 0) this.#sources.delete(source);
    return true;
  }

  /** The item whose turn it is; undefined when none waits. */
  peek(): T | undefined {
    for (const items of this.#sources.values()) {
      for (const item of items) return item;
    }
    return undefined;
  }

  /** Takes the item out whose turn it is. It is its source's last turn until all others had theirs. */
  take(): T | undefined {
    for (const [source, items] of this.#sources) {
      for (const item of items) {
        items.delete(item);
        this.#size -= 1;
        this.#sources.delete(source);
        if (items.size > 0) this.#sources.set(source, items);
        return item;
      }
    }
    return undefined;
  }
}
