import type { ControlRelay } from '@pure-ftpd/server/internal';

/** The connections that this process protects, or has protected, for sessions which others serve. */
export class Relays {
  readonly #relays = new Map<string, ControlRelay>();
  #emptied: (() => void) | undefined;

  add(sessionId: string, relay: ControlRelay): void {
    this.#relays.set(sessionId, relay);
    void relay.ended.then(() => {
      this.#relays.delete(sessionId);
      if (this.#relays.size === 0) this.#emptied?.();
    });
  }

  has(sessionId: string): boolean {
    return this.#relays.has(sessionId);
  }

  /** A connection goes on in clear, once so many bytes of who serves it were passed on. */
  async clearAfter(sessionId: string, bytes: number): Promise<void> {
    await this.#relays.get(sessionId)?.clearAfter(bytes);
  }

  /** Comes back when there is none. */
  async gone(): Promise<void> {
    if (this.#relays.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
  }
}
