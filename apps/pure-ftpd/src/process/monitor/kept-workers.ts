import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';

/** How long a worker without sessions is kept whatever it takes, in milliseconds, and how many such there may be. */
const SOON_MS = 60_000;
const MOST = 16;

/** How long it is kept while there is memory for it: a user who comes back within the hour finds it warm. */
const LONG_MS = 60 * 60_000;

/** Memory of those that are kept for long, in bytes, all together; of a small machine a sixteenth. */
const ROOM = 256 * 1024 * 1024;
const SHARE = 16;

/** A worker that may be kept. */
export interface Keepable {
  readonly pid: number;
  close(seconds: number): void;
}

interface Kept {
  timer: NodeJS.Timeout;
  /** Bytes, once it is kept for long. */
  memory: number | undefined;
}

/** Workers without sessions: who comes back soon finds one; after a minute only as many are kept as there is memory for. */
export class KeptWorkers<Worker extends Keepable> {
  readonly #room: number;
  readonly #memoryOf: (pid: number) => number;
  /** Who has been idle for longest is first. */
  readonly #kept = new Map<Worker, Kept>();

  /**
   * @param room Memory of those that are kept for long, in bytes.
   * @param memoryOf What a process has for itself, in bytes.
   */
  constructor(room = Math.min(ROOM, totalmem() / SHARE), memoryOf = ownMemory) {
    this.#room = room;
    this.#memoryOf = memoryOf;
  }

  /** A worker has nothing left to do. */
  keep(worker: Worker): void {
    this.use(worker);
    this.#kept.set(worker, { timer: this.#after(SOON_MS, () => this.#keepForLong(worker)), memory: undefined });
    if (this.#kept.size > MOST) this.closeOldest();
  }

  /** A worker has something to do again, or is gone. */
  use(worker: Worker): void {
    clearTimeout(this.#kept.get(worker)?.timer);
    this.#kept.delete(worker);
  }

  get isEmpty(): boolean {
    return this.#kept.size === 0;
  }

  /** Makes room for another. */
  closeOldest(): void {
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#close(oldest);
  }

  #keepForLong(worker: Worker): void {
    const memory = this.#memoryOf(worker.pid);
    this.#kept.set(worker, { timer: this.#after(LONG_MS - SOON_MS, () => this.#close(worker)), memory });
    let taken = 0;
    for (const kept of this.#kept.values()) taken += kept.memory ?? 0;
    for (const [other, kept] of this.#kept) {
      if (taken <= this.#room) return;
      if (kept.memory === undefined) continue;
      taken -= kept.memory;
      this.#close(other);
    }
  }

  #close(worker: Worker): void {
    this.use(worker);
    worker.close(0);
  }

  #after(milliseconds: number, call: () => void): NodeJS.Timeout {
    return setTimeout(call, milliseconds).unref();
  }
}

/** What a process has for itself, in bytes; nothing when it is gone. */
function ownMemory(pid: number): number {
  try {
    const [, kibibytes] = /^RssAnon:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
    return Number(kibibytes ?? 0) * 1024;
  } catch {
    return 0; // it has just ended
  }
}
