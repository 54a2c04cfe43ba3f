import type { Awaitable } from '../contract/virtual-file.ts';
import { changedUsage, NOTHING, type QuotaAmount, type QuotaLimits, type QuotaStore } from './quota-store.ts';

/** Counters in this process. Each account is counted once after a start. */
export class MemoryQuotaStore implements QuotaStore {
  readonly #usage = new Map<string, QuotaAmount>();
  /** Counts under way. */
  readonly #counts = new Map<string, Promise<QuotaAmount>>();

  usage(account: string, count: () => Promise<QuotaAmount>): Awaitable<QuotaAmount> {
    const known = this.#usage.get(account) ?? this.#counts.get(account);
    if (known !== undefined) return known;
    const counted = this.#count(account, count);
    this.#counts.set(account, counted);
    return counted;
  }

  change(account: string, change: QuotaAmount, limits: QuotaLimits): boolean {
    const usage = changedUsage(this.#usage.get(account) ?? NOTHING, change, limits);
    if (usage === undefined) return false;
    this.#usage.set(account, usage);
    return true;
  }

  async #count(account: string, count: () => Promise<QuotaAmount>): Promise<QuotaAmount> {
    try {
      const found = await count();
      this.#usage.set(account, found);
      return found;
    } finally {
      this.#counts.delete(account);
    }
  }
}
