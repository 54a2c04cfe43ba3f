/** How many sessions each account has, for limits on them. Accounts are told apart as in C: without regard to case. */
export class AccountSessions {
  readonly #counts = new Map<string, number>();
  readonly #others: (login: string) => number;

  /** @param others How many sessions of an account other servers have: where there is a limit, they count. */
  constructor(others: (login: string) => number = () => 0) {
    this.#others = others;
  }

  /**
   * Counts one more session of an account, unless it has as many as it may.
   * @param limit 0 for any number.
   * @returns Whether it was counted; then {@link leave} must be called once.
   */
  enter(login: string, limit: number): boolean {
    const key = login.toLowerCase();
    const count = this.#counts.get(key) ?? 0;
    if (limit > 0 && (count >= limit || count + this.#others(login) >= limit)) return false;
    this.#counts.set(key, count + 1);
    return true;
  }

  /** A session that was counted has ended. */
  leave(login: string): void {
    const key = login.toLowerCase();
    const count = this.#counts.get(key) ?? 0;
    if (count > 1) this.#counts.set(key, count - 1);
    else this.#counts.delete(key);
  }
}
