import { cpus, loadavg } from 'node:os';

import type { Configuration } from '@pure-ftpd/options';
import { errorText } from '@pure-ftpd/server/internal';

import type { Log } from '../../log/log.ts';
import { SpareWorker } from './spare-worker.ts';

/** After the start, in milliseconds: a server that has just started has its first clients to serve, or ends at once. */
const START_MS = 3000;

/** After one was taken, in milliseconds: the processor is for whom it was taken for. */
const REST_MS = 2000;

/** How long until the load of the machine is looked at again, in milliseconds. */
const LOADED_MS = 5000;

/** Of what wants to run, for each processor, in the mean of a minute. */
const MOST_LOAD = 2;

/** So many that end before they are of use are enough. */
const MOST_FAILURES = 3;

/** Workers that are started ahead, for identities that have none: one is prepared at a time, in quiet moments. */
export class SpareWorkers {
  readonly #configuration: Configuration;
  readonly #log: Log;
  readonly #count: number;
  readonly #crashed: () => void;
  readonly #spares = new Set<SpareWorker>();
  #timer: NodeJS.Timeout | undefined;
  /** In a row. */
  #failures = 0;
  #isClosing = false;
  #emptied: (() => void) | undefined;

  /**
   * @param count How many there are to be.
   * @param crashed Hears that one has ended unasked.
   */
  constructor(count: number, configuration: Configuration, log: Log, crashed: () => void) {
    this.#crashed = crashed;
    this.#count = count;
    this.#configuration = configuration;
    this.#log = log;
  }

  /** Whether preparing one would take the processor from others, who wait for it already. */
  static isMachineLoaded(): boolean {
    return (loadavg()[0] ?? 0) > MOST_LOAD * cpus().length;
  }

  /** Prepares the first, before long. */
  start(): void {
    this.#prepareIn(START_MS);
  }

  /** One that is prepared, for its taker to keep; undefined when there is none. */
  take(): SpareWorker | undefined {
    const spare = [...this.#spares].find(({ isReady }) => isReady);
    if (spare === undefined) return undefined;
    this.#spares.delete(spare);
    this.#failures = 0;
    this.#prepareIn(REST_MS);
    return spare;
  }

  /** Ends all of them: comes back when they are gone. */
  async close(): Promise<void> {
    this.kill();
    if (this.#spares.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
  }

  kill(): void {
    this.#isClosing = true;
    clearTimeout(this.#timer);
    for (const spare of this.#spares) spare.kill();
  }

  #prepareIn(milliseconds: number): void {
    clearTimeout(this.#timer);
    if (this.#isClosing || this.#failures >= MOST_FAILURES) return;
    this.#timer = setTimeout(() => this.#prepare(), milliseconds);
    this.#timer.unref();
  }

  #prepare(): void {
    const isPreparing = [...this.#spares].some(({ isReady }) => !isReady);
    if (isPreparing || this.#spares.size >= this.#count) return;
    if (SpareWorkers.isMachineLoaded()) {
      this.#prepareIn(LOADED_MS);
      return;
    }
    try {
      const spare = new SpareWorker(this.#configuration, this.#log, {
        prepared: () => this.#prepareIn(0),
        ended: () => {
          this.#spares.delete(spare);
          if (!this.#isClosing) this.#crashed();
          this.#failed();
          if (this.#spares.size === 0) this.#emptied?.();
        },
      });
      this.#spares.add(spare);
    } catch (error) {
      this.#log.write('ERROR', `no spare worker can be started: ${errorText(error)}`);
      this.#failed();
    }
  }

  #failed(): void {
    if (this.#isClosing) return;
    this.#failures += 1;
    if (this.#failures >= MOST_FAILURES)
      this.#log.write('ERROR', 'spare workers keep ending: there are none from now on, and first logins take longer');
    else this.#prepareIn(REST_MS);
  }
}
