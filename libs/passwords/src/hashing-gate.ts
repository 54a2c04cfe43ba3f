import { availableParallelism } from 'node:os';

import { FairQueue } from './fair-queue.ts';

interface Waiter {
  readonly bytes: number;
  admit: () => void;
}

/** What all hashing of a process may use at one time. */
export interface HashingGateOptions {
  /** Bytes of memory for all hashes that are computed at once. */
  memory?: number;
  /** How many hashes are computed at once. */
  concurrency?: number;
}

const GIBIBYTE = 2 ** 30;

/**
 * Hashing runs in the thread pool that also serves files and name look-ups: at most half of its threads, and no
 * more than there are cores, may hash.
 */
function defaultConcurrency(): number {
  const threads = Number(process.env['UV_THREADPOOL_SIZE']) || 4;
  return Math.max(1, Math.min(availableParallelism(), Math.floor(threads / 2)));
}

/**
 * Bounds the memory and the number of hashes in flight, so that a flood of logins waits instead of eating the
 * machine. Sources are served in turn, each first come, first served; whose turn it is waits for the memory it needs and
 * is not overtaken, so that large hashes do not wait for ever for small ones.
 */
export class HashingGate {
  readonly memory: number;
  readonly concurrency: number;
  #memoryInUse = 0;
  #running = 0;
  readonly #waiting = new FairQueue<Waiter>();

  constructor(options: HashingGateOptions = {}) {
    this.memory = options.memory ?? GIBIBYTE;
    this.concurrency = options.concurrency ?? defaultConcurrency();
    if (!(this.memory > 0) || !(this.concurrency >= 1)) {
      throw new RangeError('a hashing gate needs memory and at least one place');
    }
  }

  /** How many tasks wait for their turn. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** How many tasks run. */
  get running(): number {
    return this.#running;
  }

  /**
   * Runs `task` when `bytes` of memory and a place are free. A task that wants more than the gate has runs alone.
   *
   * @param signal leaves the queue (a client that hung up must not cost a hash); a running task is not interrupted.
   * @param source who wants it, such as a client's network: each gets its turn.
   * @throws the signal's reason, or what the task throws.
   */
  async run<T>(bytes: number, task: () => Promise<T>, signal?: AbortSignal, source = ''): Promise<T> {
    signal?.throwIfAborted();
    const needed = Math.min(bytes, this.memory);
    await this.#enter(needed, signal, source);
    try {
      return await task();
    } finally {
      this.#running -= 1;
      this.#memoryInUse -= needed;
      this.#admitWaiting();
    }
  }

  #fits(bytes: number): boolean {
    return this.#running < this.concurrency && this.#memoryInUse + bytes <= this.memory;
  }

  #take(bytes: number): void {
    this.#running += 1;
    this.#memoryInUse += bytes;
  }

  async #enter(bytes: number, signal: AbortSignal | undefined, source: string): Promise<void> {
    if (this.#waiting.size === 0 && this.#fits(bytes)) {
      this.#take(bytes);
      return;
    }
    const turn = Promise.withResolvers<void>();
    const waiter: Waiter = { bytes, admit: turn.resolve };
    const leave = (): void => {
      // A waiter that was admitted in the meantime is no longer in the queue: it owns its place and must run.
      if (this.#waiting.delete(source, waiter)) {
        turn.reject(signal?.reason);
        this.#admitWaiting();
      }
    };
    this.#waiting.add(source, waiter);
    signal?.addEventListener('abort', leave, { once: true });
    try {
      await turn.promise;
    } finally {
      signal?.removeEventListener('abort', leave);
    }
  }

  #admitWaiting(): void {
    for (let waiter = this.#waiting.peek(); waiter !== undefined; waiter = this.#waiting.peek()) {
      if (!this.#fits(waiter.bytes)) {
        return;
      }
      this.#waiting.take();
      this.#take(waiter.bytes);
      waiter.admit();
    }
  }
}

/** The gate of the process: what everyone shares who brings no gate of their own. */
export const processGate: HashingGate = new HashingGate();
