/** Something that was called for later and may be called off. */
export interface DelayedCall {
  cancel(): void;
}

/** Calls a function once, after a number of seconds. The timer does not keep the process alive. */
export function callLater(seconds: number, call: () => void): DelayedCall {
  const timer = setTimeout(call, seconds * 1000);
  timer.unref();
  return { cancel: () => clearTimeout(timer) };
}

/** Calls a function every so many seconds until it is cancelled. The timer does not keep the process alive. */
export function callEvery(seconds: number, call: () => void): DelayedCall {
  const timer = setInterval(call, seconds * 1000);
  timer.unref();
  return { cancel: () => clearInterval(timer) };
}
