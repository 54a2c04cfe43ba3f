import { type ProgramExit, spawnProgram, type ProgramStart, waitForProgram } from '@pure-ftpd/posix';

/** How long a program has between being asked to end and being killed, in milliseconds. */
const GRACE_MS = 5000;
/** A signal keeps no process alive, and may be missed: so often is looked without one, in milliseconds. */
const LOOK_EVERY_MS = 1000;

/** How long a program may run. */
export interface ProgramLimit {
  /** Milliseconds; undefined is for ever. */
  readonly timeLimitMs: number | undefined;
}

interface Running {
  readonly exit: PromiseWithResolvers<ProgramExit>;
  timer: NodeJS.Timeout | undefined;
}

/** Programs that were started, until they end. */
export class Programs {
  readonly #running = new Map<number, Running>();
  readonly #limit: ProgramLimit;
  readonly #collect = (): void => this.#collectEnded();
  #look: NodeJS.Timeout | undefined;

  constructor(limit: ProgramLimit) {
    this.#limit = limit;
    process.on('SIGCHLD', this.#collect);
  }

  /**
   * Runs a program to its end. One that takes too long is ended with everything that it has started and that has stayed in
   * its process group: SIGTERM, and SIGKILL when that does not do.
   *
   * @throws {SystemError} when it cannot be started.
   */
  run(start: ProgramStart): Promise<ProgramExit> {
    const pid = spawnProgram(start);
    const running: Running = { exit: Promise.withResolvers<ProgramExit>(), timer: undefined };
    this.#running.set(pid, running);
    this.#look ??= setInterval(this.#collect, LOOK_EVERY_MS);
    const { timeLimitMs } = this.#limit;
    if (timeLimitMs !== undefined) running.timer = setTimeout(() => this.#end(pid, running), timeLimitMs);
    return running.exit.promise;
  }

  /** Programs that still run go on without us. */
  close(): void {
    process.off('SIGCHLD', this.#collect);
    clearInterval(this.#look);
    for (const { timer } of this.#running.values()) clearTimeout(timer);
  }

  #end(pid: number, running: Running): void {
    signalGroup(pid, 'SIGTERM');
    running.timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), GRACE_MS);
  }

  /** Several ends may be told by one signal. */
  #collectEnded(): void {
    for (const [pid, { exit, timer }] of this.#running) {
      const end = waitForProgram(pid);
      if (end === undefined) continue;
      clearTimeout(timer);
      this.#running.delete(pid);
      exit.resolve(end);
    }
    if (this.#running.size > 0) return;
    clearInterval(this.#look);
    this.#look = undefined;
  }
}

/** The group of a program that has not been waited for is there, and is its own. */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  process.kill(-pid, signal);
}
