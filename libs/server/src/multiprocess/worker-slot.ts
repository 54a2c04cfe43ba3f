import cluster, { type Worker } from 'node:cluster';
import type { Socket } from 'node:net';

import { LONGEST_TIME } from '../timers.ts';
import { isToPrimary, type ToWorker } from './messages.ts';
import { WORKER_VARIABLE } from './worker-share.ts';

/** First wait before a worker that ended is started again, doubled by each end that follows soon. */
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 30_000;

/** A worker that lived this long had a good start. */
const STEADY_MS = 10_000;

/** How a worker ended. */
export interface WorkerExit {
  readonly pid: number | undefined;
  readonly code: number | null;
  readonly signal: string | null;
}

/** What a slot tells its owner. */
export interface SlotOwner {
  ready(): void;
  /** The connection of a client is over, or lost with its worker. */
  ended(address: string): void;
  /** The worker has ended, and was not told to. It is started again by itself. */
  crashed(exit: WorkerExit): void;
  /** The worker has ended as it was told. */
  stopped(): void;
}

/** The place of one worker process: whoever is in it, a new one follows when it crashes. */
export class WorkerSlot {
  readonly #owner: SlotOwner;
  readonly #place: string;
  /** Addresses of the clients of the worker. */
  readonly #clients = new Map<number, string>();
  #worker: Worker | undefined;
  #ready = false;
  #stopping = false;
  #startedAt = 0;
  #failures = 0;
  #nextId = 0;
  #restart: NodeJS.Timeout | undefined;
  /** Ends by force who does not end when told. */
  #kill: NodeJS.Timeout | undefined;
  readonly #settled: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor(owner: SlotOwner, index: number, count: number) {
    this.#owner = owner;
    this.#place = `${index}/${count}`;
  }

  /** Whether clients can be handed over. */
  get ready(): boolean {
    return this.#ready;
  }

  /** Fulfilled when the first worker is ready, or has failed to become so. */
  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  get clients(): number {
    return this.#clients.size;
  }

  get pid(): number | undefined {
    return this.#worker?.process.pid;
  }

  start(): void {
    this.#restart = undefined;
    this.#startedAt = performance.now();
    const worker = cluster.fork({ [WORKER_VARIABLE]: this.#place });
    this.#worker = worker;
    worker.on('message', (message: unknown) => this.#heard(message));
    // What cannot be sent to a worker that is ending is told by its exit.
    worker.on('error', () => undefined);
    worker.once('exit', (code, signal) => this.#ended({ pid: worker.process.pid, code, signal }));
  }

  /** Hands a client over, whose socket is the worker's from then on. */
  take(socket: Socket, address: string, implicitTls: boolean): void {
    this.#nextId += 1;
    const id = this.#nextId;
    this.#clients.set(id, address);
    const message: ToWorker = { type: 'ftp:connection', id, implicitTls };
    this.#worker?.send(message, socket, (error) => {
      if (!(error instanceof Error)) return;
      socket.destroy();
      this.#forget(id);
    });
  }

  /**
   * Ends the worker: asked first, and by force when it takes too long. Called again, it may shorten the time.
   * @param graceful Seconds for what is under way.
   * @param more Seconds after that until it is ended by force.
   */
  stop(graceful: number, more: number): void {
    const isFirst = !this.#stopping;
    this.#stopping = true;
    this.#ready = false;
    clearTimeout(this.#restart);
    const worker = this.#worker;
    if (worker === undefined) {
      if (isFirst) this.#owner.stopped();
      return;
    }
    const message: ToWorker = { type: 'ftp:close', graceful };
    if (worker.isConnected()) worker.send(message);
    clearTimeout(this.#kill);
    this.#kill = setTimeout(() => worker.process.kill('SIGKILL'), Math.min(graceful + more, LONGEST_TIME) * 1000);
  }

  #heard(message: unknown): void {
    if (!isToPrimary(message)) return;
    if (message.type === 'ftp:ended') {
      this.#forget(message.id);
      return;
    }
    this.#ready = !this.#stopping;
    this.#settled.resolve();
    this.#owner.ready();
  }

  #forget(id: number): void {
    const address = this.#clients.get(id);
    if (address !== undefined && this.#clients.delete(id)) this.#owner.ended(address);
  }

  #ended(exit: WorkerExit): void {
    this.#settled.resolve();
    this.#worker = undefined;
    this.#ready = false;
    clearTimeout(this.#kill);
    for (const id of this.#clients.keys()) this.#forget(id);
    if (this.#stopping) {
      this.#owner.stopped();
      return;
    }
    this.#failures = performance.now() - this.#startedAt > STEADY_MS ? 0 : this.#failures + 1;
    const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.max(0, this.#failures - 1));
    this.#restart = setTimeout(() => this.start(), delay);
    this.#owner.crashed(exit);
  }
}
