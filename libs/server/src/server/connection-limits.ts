import type { Socket } from 'node:net';

import { type Counters, LocalCounters } from './counters.ts';
import type { Awaitable } from '../contract/virtual-file.ts';
import { replyBytes, replyFor, type Catalogue } from '../replies/catalogue.ts';

/** Which limit a client came up against. */
export type ConnectionLimit = 'maxCons' | 'maxConsPerIp';

/** How long a client that is refused may take to read why, in milliseconds. */
const REFUSAL_MS = 5000;

/** Clients being told at a time that they are refused; more are dropped. */
const MAX_REFUSALS = 256;

/** Limits of a server; 0 is no limit. */
interface Limits {
  readonly maxCons: number;
  readonly maxConsPerIp: number;
}

/** How many connections there are: in all of this server's, and from each address of all servers that share the counters. */
export class ConnectionCount {
  readonly #byAddress: Counters;
  #total = 0;

  constructor(byAddress: Counters = new LocalCounters()) {
    this.#byAddress = byAddress;
  }

  get total(): number {
    return this.#total;
  }

  /**
   * Counts one more from an address, unless a limit would be exceeded.
   * @returns The limit, where it was not counted; a promise where the counters answer later.
   */
  enter(address: string, { maxCons, maxConsPerIp }: Limits): Awaitable<ConnectionLimit | undefined> {
    if (maxCons > 0 && this.#total >= maxCons) return 'maxCons';
    const entered = this.#byAddress.enter(address, maxConsPerIp);
    // Counted before the answer: what comes meanwhile must not take the same place.
    this.#total += 1;
    return typeof entered === 'boolean' ? this.#settle(entered) : this.#settleLater(entered);
  }

  /** Counts one that is there whatever the limits are. */
  add(address: string): void {
    this.#total += 1;
    // One that is not limited is counted at once, or when the counters can be asked again: nobody waits for that.
    void Promise.resolve(this.#byAddress.enter(address, 0)).catch(() => undefined);
  }

  remove(address: string): void {
    this.#total -= 1;
    this.#byAddress.leave(address);
  }

  #settle(entered: boolean): ConnectionLimit | undefined {
    if (!entered) this.#total -= 1;
    return entered ? undefined : 'maxConsPerIp';
  }

  async #settleLater(entered: PromiseLike<boolean>): Promise<ConnectionLimit | undefined> {
    try {
      return this.#settle(await entered);
    } catch (error) {
      this.#total -= 1;
      throw error;
    }
  }
}

/** The clients that are being told that there is no place for them. Being refused must cost less than being served. */
export class Refusals {
  readonly #sockets = new Set<Socket>();

  /** Says why, and closes. */
  refuse(socket: Socket, limit: ConnectionLimit, catalogue: Catalogue): void {
    if (this.#sockets.size >= MAX_REFUSALS) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
    socket.setTimeout(REFUSAL_MS, () => socket.destroy());
    socket.resume();
    const outcome = limit === 'maxCons' ? 'tooManyConnections' : 'tooManyConnectionsFromAddress';
    socket.end(replyBytes(replyFor(catalogue, { name: outcome })));
  }

  /** Drops those who have not read it yet. */
  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
