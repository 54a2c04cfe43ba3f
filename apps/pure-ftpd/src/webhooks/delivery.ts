import { setTimeout as delay } from 'node:timers/promises';

import type { UploadEvent } from '@pure-ftpd/uploads/journal';

import { isWorthALine } from '../log/worth-a-line.ts';

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 3_600_000;
/** From the upload on: what cannot be posted then is lost, in milliseconds. */
const GIVEN_UP_MS = 3 * 24 * 3_600_000;
/** Events that are posted, or wait to be posted again, at a time: of the others none is read. */
const WINDOW = 256;
/** Requests at a time. */
export const CONNECTIONS = 8;

/** Where events come from. */
export interface EventSource {
  next(): Promise<UploadEvent | undefined>;
  done(event: UploadEvent): void;
}

export interface DeliveryOptions {
  readonly source: EventSource;
  /** @returns undefined when it was taken, else why not. */
  readonly post: (event: UploadEvent) => Promise<string | undefined>;
  readonly tell: (level: 'NOTICE' | 'WARNING', text: string) => void;
  /** Waits; by a clock of its own in tests. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
  readonly now?: () => number;
}

/** Posts events until they are taken, those of one file in their order. */
export class Delivery {
  readonly #options: DeliveryOptions;
  /** The last event of each file that is under way, by its path as latin1. */
  readonly #files = new Map<string, Promise<void>>();
  readonly #window = new Places(WINDOW);
  readonly #connections = new Places(CONNECTIONS);
  #isFailing = false;
  #lost = 0;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** Goes on until there are no more events. */
  async run(): Promise<void> {
    const { source } = this.#options;
    for (let event = await source.next(); event !== undefined; event = await source.next()) {
      await this.#window.take();
      this.#follow(event);
    }
  }

  #follow(event: UploadEvent): void {
    const key = event.path.toString('latin1');
    const before = this.#files.get(key) ?? Promise.resolve();
    const own = before
      .then(() => this.#deliver(event))
      .finally(() => {
        if (this.#files.get(key) === own) this.#files.delete(key);
        this.#options.source.done(event);
        this.#window.give();
      });
    this.#files.set(key, own);
  }

  async #deliver(event: UploadEvent): Promise<void> {
    const { wait = delay, now = Date.now } = this.#options;
    for (let pause = FIRST_RETRY_MS; ; pause = Math.min(2 * pause, LONGEST_RETRY_MS)) {
      await this.#connections.take();
      const problem = await this.#options.post(event).finally(() => this.#connections.give());
      this.#note(problem);
      if (problem === undefined) return;
      if (now() - event.time > GIVEN_UP_MS) {
        this.#lose(problem);
        return;
      }
      // Somewhere in its second half: not all of them at the same time.
      await wait(pause * (0.5 + Math.random() / 2));
    }
  }

  #note(problem: string | undefined): void {
    const isFailing = problem !== undefined;
    if (isFailing === this.#isFailing) return;
    this.#isFailing = isFailing;
    if (isFailing) this.#options.tell('WARNING', `uploads cannot be posted, and are tried again: ${problem}`);
    else this.#options.tell('NOTICE', 'uploads are posted again');
  }

  #lose(problem: string): void {
    this.#lost += 1;
    if (isWorthALine(this.#lost - 1, this.#lost))
      this.#options.tell(
        'WARNING',
        `an upload is not posted after three days of trying (${this.#lost} so far): ${problem}`,
      );
  }
}

/** So many at a time. */
class Places {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async take(): Promise<void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  give(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}
