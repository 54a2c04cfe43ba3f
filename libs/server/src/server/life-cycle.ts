// What the servers of one process and of several have in common from their beginning to their end.
import { ServerError } from '../errors.ts';
import { LONGEST_TIME } from '../timers.ts';

export interface ListenOptions {
  /** Closes the server when it is raised; nothing is listened on when it has been before. */
  readonly signal?: AbortSignal | undefined;
}

export interface CloseOptions {
  /**
   * Seconds for what is under way: sessions end as soon as they do nothing for their clients (a transfer, a command), and all of
   * them when the time is over. Without it, at once.
   */
  readonly graceful?: number;
  /** Ends that time early. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The time for what is under way, in seconds.
 * @throws RangeError for what is no time.
 */
export function gracePeriod({ graceful = 0 }: CloseOptions): number {
  if (typeof graceful !== 'number' || !(graceful >= 0)) throw new RangeError('graceful is a number of seconds');
  return Math.min(graceful, LONGEST_TIME);
}

/** Waits for a promise, for at most so many seconds, and until the signal is raised. */
export async function settledWithin(promise: Promise<void>, seconds: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return;
  const over = Promise.withResolvers<void>();
  const end = (): void => over.resolve();
  const timer = setTimeout(end, seconds * 1000);
  signal?.addEventListener('abort', end);
  try {
    await Promise.race([promise, over.promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  }
}

/** How far a server has come: it begins once, unless that fails, and ends once. */
export class LifeCycle {
  #isBeginning = false;
  #isListening = false;
  #isEnding = false;
  /** Stops hearing of the signal. */
  #forget: (() => void) | undefined;

  /** Whether it can begin. */
  get isNew(): boolean {
    return !this.#isBeginning && !this.#isListening && !this.#isEnding;
  }

  /** Whether it is about to listen, also when its end has been asked for meanwhile. */
  get isBeginning(): boolean {
    return this.#isBeginning;
  }

  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** @throws ServerError with code `LISTEN` when it cannot begin; what runs goes on. */
  begin(signal?: AbortSignal): void {
    signal?.throwIfAborted();
    if (this.#isEnding) throw new ServerError('LISTEN', 'this server has been closed: make another one');
    if (!this.isNew) throw new ServerError('LISTEN', 'this server listens already');
    this.#isBeginning = true;
  }

  /**
   * To be asked after whatever was waited for at the beginning.
   * @throws ServerError with code `LISTEN` when the server was closed meanwhile; the signal's reason when it was raised.
   */
  check(signal?: AbortSignal): void {
    signal?.throwIfAborted();
    if (this.#isEnding) throw new ServerError('LISTEN', 'this server was closed before it listened');
  }

  /** It listens; from now on the signal ends it. */
  begun(signal: AbortSignal | undefined, end: () => void): void {
    this.#isBeginning = false;
    this.#isListening = true;
    signal?.addEventListener('abort', end, { once: true });
    this.#forget = () => signal?.removeEventListener('abort', end);
  }

  /** It could not begin, and may be tried again. */
  failed(): void {
    this.#isBeginning = false;
  }

  end(): void {
    this.#isEnding = true;
    this.#forget?.();
  }
}
