import { notify } from './user-code/notify.ts';

/** Longest time a timer of Node's takes, in seconds: what is longer would be called at once. */
export const LONGEST_TIME = 2_147_483;

/** Something that was called for later. What it throws, or rejects with, is printed, and ends nothing. */
export interface DelayedCall {
  /** It was called off. */
  readonly cancelled: boolean;
  /** Calls it off. */
  cancel(): void;
  /** Begins the time anew. */
  reset(): void;
  /** Has it called so many seconds from now instead. @throws RangeError for what is no time. */
  delay(seconds: number): void;
  /** Lets the program end before. */
  unref(): void;
}

/**
 * Calls a function once, after a number of seconds. The program does not end before, unless told so by `unref`.
 * @throws RangeError for what is no time.
 */
export function callLater<Arguments extends readonly unknown[]>(
  seconds: number,
  call: (...given: Arguments) => unknown,
  ...given: Arguments
): DelayedCall {
  return new Timer(seconds, false, () => notify('a function of callLater', () => call(...given)));
}

/**
 * Calls a function every so many seconds until it is called off. The program does not end before, unless told so by `unref`.
 * @throws RangeError for what is no time.
 */
export function callEvery<Arguments extends readonly unknown[]>(
  seconds: number,
  call: (...given: Arguments) => unknown,
  ...given: Arguments
): DelayedCall {
  return new Timer(seconds, true, () => notify('a function of callEvery', () => call(...given)));
}

class Timer implements DelayedCall {
  readonly #seconds: number;
  readonly #repeats: boolean;
  readonly #call: () => void;
  #timer: NodeJS.Timeout | undefined;
  #isRef = true;
  #cancelled = false;
  #called = false;

  constructor(seconds: number, repeats: boolean, call: () => void) {
    this.#seconds = seconds;
    this.#repeats = repeats;
    this.#call = call;
    this.delay(seconds);
  }

  get cancelled(): boolean {
    return this.#cancelled;
  }

  cancel(): void {
    this.#cancelled = true;
    clearTimeout(this.#timer);
  }

  reset(): void {
    this.delay(this.#seconds);
  }

  delay(seconds: number): void {
    if (!(seconds >= 0)) throw new RangeError(`${seconds} is no time`);
    if (this.#cancelled || this.#called) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#due(), Math.min(seconds, LONGEST_TIME) * 1000);
    if (!this.#isRef) this.#timer.unref();
  }

  unref(): void {
    this.#isRef = false;
    this.#timer?.unref();
  }

  #due(): void {
    // Before the call, which may put it off or call it off.
    if (this.#repeats) this.reset();
    else this.#called = true;
    this.#call();
  }
}
