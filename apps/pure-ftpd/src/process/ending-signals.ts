/** Signals that end the server [server-options §6.3]. */
const ENDING: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'];

/**
 * Listens to the signals that end the server, until it is disposed of.
 * @param gently Called at the first.
 * @param atOnce Called at every other one: somebody does not want to wait.
 */
export function onEndingSignals(
  gently: (signal: NodeJS.Signals) => void,
  atOnce: (signal: NodeJS.Signals) => void,
): Disposable {
  let isFirst = true;
  const listener = (signal: NodeJS.Signals): void => {
    const call = isFirst ? gently : atOnce;
    isFirst = false;
    call(signal);
  };
  for (const signal of ENDING) process.on(signal, listener);
  return {
    [Symbol.dispose]() {
      for (const signal of ENDING) process.off(signal, listener);
    },
  };
}

/** Leaves the ending to somebody else, who hears of the same signals: they are often sent to all processes of a server. */
export function ignoreEndingSignals(): void {
  for (const signal of ENDING) process.on(signal, () => undefined);
}
