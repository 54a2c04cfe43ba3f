import { setImmediate as turn } from 'node:timers/promises';

import { MemoryQuotaStore } from '../quota/memory-quota-store.ts';
import type { QuotaAmount, QuotaLimits, QuotaStore } from '../quota/quota-store.ts';

/** A store on another machine: it answers later, or not at all. */
export class RemoteQuotaStore implements QuotaStore {
  readonly ahead: number;
  readonly #inner = new MemoryQuotaStore();
  isAway = false;
  calls = 0;

  constructor(ahead = 0) {
    this.ahead = ahead;
  }

  async usage(name: string, count: () => Promise<QuotaAmount>): Promise<QuotaAmount> {
    await this.#reach();
    return this.#inner.usage(name, count);
  }

  async change(name: string, change: QuotaAmount, limits: QuotaLimits): Promise<boolean> {
    await this.#reach();
    return this.#inner.change(name, change, limits);
  }

  async #reach(): Promise<void> {
    this.calls += 1;
    await turn();
    if (this.isAway) throw new Error('the store is away');
  }
}
