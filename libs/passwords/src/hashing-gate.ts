import { availableParallelism } from 'node:os';

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
 * machine. First come, first served: a large hash is never overtaken for ever by small ones.
 */
export class HashingGate {
  readonly memory: number;
  readonly concurrency: number;
  #memoryInUse = 0;
  #running = 0;
  readonly #waiting = new Set<Waiter>();

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
   * @throws the signal's reason, or what the task throws.
   */
  async run<T>(bytes: number, task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const needed = Math.min(bytes, this.memory);
    await this.#enter(needed, signal);
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

  async #enter(bytes: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#waiting.size === 0 && this.#fits(bytes)) {
      this.#take(bytes);
      return;
    }
    const turn = Promise.withResolvers<void>();
    const waiter: Waiter = { bytes, admit: turn.resolve };
    const leave = (): void => {
      // A waiter that was admitted in the meantime is no longer in the set: it owns its place and must run.
      if (this.#waiting.delete(waiter)) {
        turn.reject(signal?.reason);
        this.#admitWaiting();
      }
    };
    this.#waiting.add(waiter);
    signal?.addEventListener('abort', leave, { once: true });
    try {
      await turn.promise;
    } finally {
      signal?.removeEventListener('abort', leave);
    }
  }

  #admitWaiting(): void {
    for (const waiter of this.#waiting) {
      if (!this.#fits(waiter.bytes)) {
        return;
      }
      this.#waiting.delete(waiter);
      this.#take(waiter.bytes);
      waiter.admit();
    }
  }
}

/** The gate of the process: what everyone shares who brings no gate of their own. */
export const processGate: HashingGate = new HashingGate();
