import type { Awaitable } from '../contract/virtual-file.ts';

/**
 * Counts what there may be so many of at a time: sessions of an account, connections from an address. Several servers may have
 * one between them; whoever asks another machine answers later.
 */
export interface Counters {
  /**
   * Counts one more under a key, unless there are as many as there may be.
   * @param limit 0 for any number.
   * @returns Whether it was counted; then {@link leave} must be called once. A rejection counts nothing.
   */
  enter(key: string, limit: number): Awaitable<boolean>;
  /** One that was counted is no more. */
  leave(key: string): void;
}

/** Counters of this process. */
export class LocalCounters implements Counters {
  readonly #counts = new Map<string, number>();
  readonly #elsewhere: (key: string) => number;

  /** @param elsewhere How many there are besides those that are counted here: where there is a limit, they count. */
  constructor(elsewhere: (key: string) => number = () => 0) {
    this.#elsewhere = elsewhere;
  }

  enter(key: string, limit: number): boolean {
    const count = this.#counts.get(key) ?? 0;
    if (limit > 0 && (count >= limit || count + this.#elsewhere(key) >= limit)) return false;
    this.#counts.set(key, count + 1);
    return true;
  }

  leave(key: string): void {
    const count = this.#counts.get(key) ?? 0;
    if (count > 1) this.#counts.set(key, count - 1);
    else this.#counts.delete(key);
  }
}
