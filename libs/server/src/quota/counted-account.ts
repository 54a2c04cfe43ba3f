import type { Awaitable } from '../contract/virtual-file.ts';
import type { FileCharge } from './file-charge.ts';
import { isAtOrBelow, PathLocks } from './path-locks.ts';
import type { QuotaAmount, QuotaLimits, QuotaStore } from './quota-store.ts';

/** The accounts that have sessions in this process, by their store and name. */
const accounts = new WeakMap<QuotaStore, Map<string, CountedAccount>>();

/** What the sessions of an account in this process share: turns on its paths, and what they write where it is. */
export class CountedAccount {
  readonly locks = new PathLocks();
  /** Files that are written where they are, by their path. */
  readonly inPlace = new Map<string, FileCharge>();
  readonly #store: QuotaStore;
  readonly #name: string;
  #sessions = 0;

  private constructor(store: QuotaStore, name: string) {
    this.#store = store;
    this.#name = name;
  }

  /** Begins a session of an account; {@link leave} ends it. */
  static enter(store: QuotaStore, name: string): CountedAccount {
    const known = accounts.get(store) ?? new Map<string, CountedAccount>();
    accounts.set(store, known);
    const account = known.get(name) ?? new CountedAccount(store, name);
    known.set(name, account);
    account.#sessions += 1;
    return account;
  }

  leave(): void {
    this.#sessions -= 1;
    if (this.#sessions === 0) accounts.get(this.#store)?.delete(this.#name);
  }

  get ahead(): number {
    return this.#store.ahead ?? 0;
  }

  usage(count: () => Promise<QuotaAmount>): Awaitable<QuotaAmount> {
    return this.#store.usage(this.#name, count);
  }

  change(change: QuotaAmount, limits: QuotaLimits): Awaitable<boolean> {
    return this.#store.change(this.#name, change, limits);
  }

  /** A path leads to nothing any more, or to something else: what is still written there is nobody's but its writers'. */
  detach(path: string): void {
    const charge = this.inPlace.get(path);
    if (charge === undefined) return;
    charge.isGone = true;
    this.inPlace.delete(path);
  }

  /** What is at a path, and below it, is elsewhere now. */
  move(from: string, to: string): void {
    for (const [path, charge] of this.inPlace) {
      if (!isAtOrBelow(path, from)) continue;
      this.inPlace.delete(path);
      charge.path = to + path.slice(from.length);
      this.inPlace.set(charge.path, charge);
    }
  }
}
