import type { Backlog, EventBody, EventTeller, Sink, Who } from './event.ts';

/** All that happens in the sessions of a server, for all who want to know: one list, whichever process sessions are in. */
export class EventStream implements EventTeller {
  readonly #sinks: readonly Sink[];

  constructor(sinks: readonly Sink[]) {
    this.#sinks = sinks;
  }

  /** @param pid The process it comes from, where that is another one. */
  tell(who: Who | undefined, body: EventBody, pid: number = process.pid): void {
    const event = { ...body, who, time: Date.now(), pid };
    for (const sink of this.#sinks) sink.hear(event);
  }

  /** Of all who hand something on. */
  get backlog(): Backlog {
    const all = this.#sinks.flatMap(({ backlog }) => backlog ?? []);
    return {
      waiting: all.reduce((sum, { waiting }) => sum + waiting, 0),
      lost: all.reduce((sum, { lost }) => sum + lost, 0),
    };
  }

  /** When all is written, and read where it can be. @param hurry Raised when nobody wants to wait for readers. */
  async close(hurry: AbortSignal): Promise<void> {
    await Promise.all(this.#sinks.map(async (sink) => sink.close?.(hurry)));
  }
}
