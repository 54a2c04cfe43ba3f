/** Room for what is in memory: who wants more than is left waits for those before. */
export class Room {
  #left: number;
  readonly #size: number;
  readonly #waiting: { readonly bytes: number; readonly ready: () => void }[] = [];

  /** @param size In bytes. */
  constructor(size: number) {
    this.#size = size;
    this.#left = size;
  }

  /** Waits for some of it, which is given back when it is disposed of. What is larger than all has all of it. */
  async take(bytes: number): Promise<Disposable> {
    const taken = Math.min(bytes, this.#size);
    if (this.#waiting.length > 0 || taken > this.#left)
      await new Promise<void>((ready) => this.#waiting.push({ bytes: taken, ready }));
    else this.#left -= taken;
    return { [Symbol.dispose]: () => this.#giveBack(taken) };
  }

  #giveBack(bytes: number): void {
    this.#left += bytes;
    for (let next = this.#waiting[0]; next !== undefined && next.bytes <= this.#left; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#left -= next.bytes;
      next.ready();
    }
  }
}
