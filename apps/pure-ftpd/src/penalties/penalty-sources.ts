import type { PenaltySources } from '@pure-ftpd/options';

import { ExpiryQueue } from './expiry-queue.ts';

/** What has added up for a network. */
export interface Penalty {
  /** When it has run down, in milliseconds since 1970. */
  readonly until: number;
  /** Enough has added up for a ban. */
  readonly isBan: boolean;
  /** What it was for last. */
  readonly reason: string;
}

/** The penalties of one family of addresses: bounded, whoever comes. */
export class SourceTable {
  readonly #limits: PenaltySources;
  readonly #penalties = new Map<string, Penalty>();
  readonly #queue = new ExpiryQueue();
  readonly #forgotten: (network: string, penalty: Penalty) => void;

  /** @param forgotten Called for what runs down, or has to make room. */
  constructor(limits: PenaltySources, forgotten: (network: string, penalty: Penalty) => void) {
    this.#limits = limits;
    this.#forgotten = forgotten;
  }

  get size(): number {
    return this.#penalties.size;
  }

  /** Whether there is no room, and none is made. */
  get deniesAll(): boolean {
    return this.#limits.overflow === 'deny-all' && this.size >= this.#limits.max;
  }

  /** When the next one ends, in milliseconds since 1970. */
  get nextEnd(): number | undefined {
    this.#dropStale();
    return this.#queue.first?.until;
  }

  get(network: string): Penalty | undefined {
    return this.#penalties.get(network);
  }

  entries(): Iterable<[string, Penalty]> {
    return this.#penalties;
  }

  /** Puts one there, or in the place of what there was; then whoever ends first makes room, which may be this one. */
  set(network: string, penalty: Penalty): void {
    this.#penalties.set(network, penalty);
    this.#queue.add({ network, until: penalty.until });
    while (this.size > this.#limits.max) this.#forgetFirst();
    // What was put off leaves its old places behind.
    if (this.#queue.size > 2 * this.size + 64)
      this.#queue.refill(Array.from(this.#penalties, ([name, { until }]) => ({ network: name, until })));
  }

  delete(network: string): boolean {
    return this.#penalties.delete(network);
  }

  /** Forgets what has run down. */
  expire(now: number): void {
    for (let end = this.nextEnd; end !== undefined && end <= now; end = this.nextEnd) this.#forgetFirst();
  }

  #forgetFirst(): void {
    this.#dropStale();
    const { first } = this.#queue;
    if (first === undefined) return;
    this.#queue.shift();
    const penalty = this.#penalties.get(first.network);
    this.#penalties.delete(first.network);
    if (penalty !== undefined) this.#forgotten(first.network, penalty);
  }

  /** What is first in the queue is what the table has. */
  #dropStale(): void {
    for (let { first } = this.#queue; first !== undefined; { first } = this.#queue) {
      if (this.#penalties.get(first.network)?.until === first.until) return;
      this.#queue.shift();
    }
  }
}
