import { closeSync } from 'node:fs';

import type { ControlRelay } from '@pure-ftpd/server';

interface Relayed {
  readonly relay: ControlRelay;
  /** Done when the connection is in clear, where that was asked for. */
  cleared: Promise<void> | undefined;
}

/** The connections that this process protects for sessions which others serve. */
export class Relays {
  readonly #relays = new Map<string, Relayed>();
  #emptied: (() => void) | undefined;

  add(sessionId: string, relay: ControlRelay): void {
    this.#relays.set(sessionId, { relay, cleared: undefined });
    void relay.ended.then(() => {
      this.#relays.delete(sessionId);
      if (this.#relays.size === 0) this.#emptied?.();
    });
  }

  /** A connection goes on in clear, once so many bytes of who serves it were passed on. */
  clearAfter(sessionId: string, bytes: number): void {
    const relayed = this.#relays.get(sessionId);
    if (relayed !== undefined) relayed.cleared = relayed.relay.clearAfter(bytes);
  }

  /**
   * Takes a connection back, whose session is to be served here again.
   * @param descriptor What its server had of it. Closed, unless it is the connection itself.
   * @returns The connection, and what was not read of it; undefined when it is over.
   */
  async takeBack(
    sessionId: string,
    descriptor: number,
  ): Promise<{ readonly descriptor: number; readonly unread: Buffer } | undefined> {
    const relayed = this.#relays.get(sessionId);
    if (relayed === undefined) return { descriptor, unread: Buffer.alloc(0) };
    try {
      await relayed.cleared;
      return await relayed.relay.takeBack(descriptor);
    } catch (error) {
      relayed.relay.destroy();
      closeSync(descriptor);
      throw error;
    }
  }

  /** Comes back when there is none. */
  async gone(): Promise<void> {
    if (this.#relays.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
  }
}
