import { availableParallelism } from 'node:os';

/** A client that goes on within this time of its reply, in milliseconds, is on this machine or beside it. */
const QUICK_MS = 0.3;

/** For how long the process stays awake for it, in milliseconds. */
const AWAKE_MS = 0.2;

/**
 * Stays awake for clients that are quicker than the way to sleep and back: to fall asleep between two commands and to be woken up takes
 * the kernel 20 to 50 µs, which is more than a command takes. Only as long as the last client was as quick as that, so clients
 * at the end of a longer line cost nothing; not for several at a time, who need the processor themselves while nobody has work for
 * us; and not on a machine with one processor.
 */
export class QuickTurns {
  readonly #now: () => number;
  readonly #later: (turn: () => void) => void;
  readonly #isPossible: boolean;
  #repliedAt = Number.NEGATIVE_INFINITY;
  #repliedTo: object | undefined;
  #isQuick = false;
  #isAwake = false;

  constructor(
    now: () => number = () => performance.now(),
    later: (turn: () => void) => void = setImmediate,
    processors = availableParallelism(),
  ) {
    this.#now = now;
    this.#later = later;
    this.#isPossible = processors > 1;
  }

  /** A client has said something. */
  heard(client: object): void {
    this.#isQuick = client === this.#repliedTo && this.#now() - this.#repliedAt < QUICK_MS;
  }

  /** A client has been answered. */
  replied(client: object): void {
    this.#repliedAt = this.#now();
    this.#repliedTo = client;
    if (!this.#isQuick || this.#isAwake || !this.#isPossible) return;
    this.#isAwake = true;
    this.#later(() => this.#turn());
  }

  /** The event loop looks for what has come, and does not sleep, while something is to be done after that. */
  #turn(): void {
    if (this.#isQuick && this.#now() - this.#repliedAt < AWAKE_MS) this.#later(() => this.#turn());
    else this.#isAwake = false;
  }
}

/** Those of this process. */
export const quickTurns = new QuickTurns();
