import type { Socket } from 'node:net';

import { replyBytes, replyFor, type Catalogue } from './replies/catalogue.ts';

/** Which limit a client came up against. */
export type ConnectionLimit = 'maxCons' | 'maxConsPerIp';

/** How long a client that is refused may take to read why, in milliseconds. */
const REFUSAL_MS = 5000;

/** Clients being told at a time that they are refused; more are dropped. */
const MAX_REFUSALS = 256;

/** How many connections there are, in all and from each address. */
export class ConnectionCount {
  readonly #byAddress = new Map<string, number>();
  #total = 0;

  get total(): number {
    return this.#total;
  }

  /** The limit that one more from this address would exceed; 0 is no limit. */
  exceeded(
    address: string,
    limits: { readonly maxCons: number; readonly maxConsPerIp: number },
  ): ConnectionLimit | undefined {
    if (limits.maxCons > 0 && this.#total >= limits.maxCons) return 'maxCons';
    if (limits.maxConsPerIp > 0 && (this.#byAddress.get(address) ?? 0) >= limits.maxConsPerIp) return 'maxConsPerIp';
    return undefined;
  }

  add(address: string): void {
    this.#total += 1;
    this.#byAddress.set(address, (this.#byAddress.get(address) ?? 0) + 1);
  }

  remove(address: string): void {
    const left = (this.#byAddress.get(address) ?? 0) - 1;
    if (left < 0) return;
    this.#total -= 1;
    if (left === 0) this.#byAddress.delete(address);
    else this.#byAddress.set(address, left);
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
