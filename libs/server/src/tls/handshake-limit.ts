/** Counts what is under way, in all and from each address, and says when it is enough. */
export class HandshakeLimit {
  readonly #max: number;
  readonly #maxPerAddress: number;
  readonly #byAddress = new Map<string, number>();
  #total = 0;

  /** @param max The most in all, and `maxPerAddress` from one address; 0 for no limit. */
  constructor(max: number, maxPerAddress: number) {
    this.#max = max;
    this.#maxPerAddress = maxPerAddress;
  }

  /** How many there are. */
  get total(): number {
    return this.#total;
  }

  /** Takes a place for one from this address; undefined when there is none. Whoever calls gives it back, once. */
  enter(address: string): (() => void) | undefined {
    const own = this.#byAddress.get(address) ?? 0;
    if ((this.#max > 0 && this.#total >= this.#max) || (this.#maxPerAddress > 0 && own >= this.#maxPerAddress)) {
      return undefined;
    }
    this.#total += 1;
    this.#byAddress.set(address, own + 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#total -= 1;
      const rest = (this.#byAddress.get(address) ?? 1) - 1;
      if (rest === 0) this.#byAddress.delete(address);
      else this.#byAddress.set(address, rest);
    };
  }
}
