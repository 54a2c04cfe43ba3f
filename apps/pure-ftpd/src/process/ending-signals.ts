/** Signals that end the server [server-options §6.3]. */
export const ENDING_SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'];

/** What a server does when it is to end, from the mildest on. Each is called once at most, and none after a harder one. */
export interface EndingSteps {
  /** Always first: nobody new is served. */
  stop(reason: string): void;
  /** Sessions go on until they end. */
  drain(): void;
  /** Who is idle is told to go; transfers may finish, within a time. */
  gently(): void;
  /** Everything ends now. */
  atOnce(): void;
  /** Whether SIGHUP ends nothing, and what is done instead. */
  readonly hangUp?: (() => boolean) | undefined;
}

/** Where signals to the process of the PID file come from. */
interface Supervisor {
  /** All end with it: it stays as long as the server. */
  readonly isInit: boolean;
  listen(signalled: (reason: string) => void): void;
}

const DRAIN = 1;
const GENTLY = 2;
const AT_ONCE = 3;

/** The ending of a server, which may begin without a signal. */
export interface Ending extends Disposable {
  /** As a signal to the process of the PID file. @param seconds How long sessions may go on, instead of what was told before. */
  drain(reason: string, seconds: number | undefined): void;
}

/**
 * Listens to the signals that end the server, until it is disposed of.
 *
 * A signal to the process of the PID file stops the server: sessions go on, as in C. One to the server itself (`killall`,
 * Ctrl-C, a service manager that signals all processes) ends the sessions as well; a second one does so at once. Such a sender
 * signals both processes, and it does not matter which of them hears it first.
 * @param drainSeconds How long sessions may go on; undefined is for ever. Asked when that begins.
 */
export function onEndingSignals(
  steps: EndingSteps,
  supervisor: Supervisor | undefined,
  drainSeconds: () => number | undefined,
): Ending {
  let reached = 0;
  let timer: NodeJS.Timeout | undefined;
  const reach = (step: number, reason: string, seconds = drainSeconds()): void => {
    if (step <= reached) return;
    if (reached === 0) steps.stop(reason);
    reached = step;
    clearTimeout(timer);
    if (step === DRAIN) {
      steps.drain();
      if (seconds !== undefined) timer = setTimeout(() => reach(GENTLY, reason), seconds * 1000);
    } else if (step === GENTLY) steps.gently();
    else steps.atOnce();
  };
  let ownCount = 0;
  const isHangUp = (signal: string): boolean => signal === 'SIGHUP' && reached === 0 && steps.hangUp?.() === true;
  const own = (signal: NodeJS.Signals): void => {
    if (!isHangUp(signal)) reach(Math.min(GENTLY + ownCount++, AT_ONCE), signal);
  };
  for (const signal of ENDING_SIGNALS) process.on(signal, own);
  let passedCount = 0;
  supervisor?.listen((reason) => {
    if (!isHangUp(reason)) reach(supervisor.isInit ? Math.min(GENTLY + passedCount++, AT_ONCE) : DRAIN, reason);
  });
  return {
    drain: (reason, seconds) => reach(DRAIN, reason, seconds),
    [Symbol.dispose]() {
      clearTimeout(timer);
      for (const signal of ENDING_SIGNALS) process.off(signal, own);
    },
  };
}

/** Leaves the ending to somebody else, who hears of the same signals: they are often sent to all processes of a server. */
export function ignoreEndingSignals(): void {
  for (const signal of ENDING_SIGNALS) process.on(signal, () => undefined);
}
