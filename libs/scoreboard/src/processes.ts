import { readFileSync } from 'node:fs';

import { systemCode } from './errors.ts';

/** Whether signal 0 can be sent, or is refused for lack of permission only. */
function answers(pid: number): boolean {
  // Ids below 0 mean groups to kill(2), and no session has one.
  if (pid < 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

/**
 * When a process began, in clock ticks since the machine started: with it a process is told from another that has got
 * the same id since, whatever becomes of the clock on the wall. Undefined where the system does not tell.
 */
export function processStart(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is a name in parentheses, which may hold anything. Field 22 is the start.
    const start = Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[19]);
    return Number.isSafeInteger(start) ? start : undefined;
  } catch {
    // No such process, or no /proc: the caller goes by the process id alone.
    return undefined;
  }
}

/** Who is alive, each asked once: thousands of entries may name one process. Made anew for each look at the scoreboard. */
export class Processes {
  readonly #alive = new Map<number, boolean>();
  readonly #starts = new Map<number, number | undefined>();

  /** Whether there is a process of this id, as the C programs ask. */
  isAlive(pid: number): boolean {
    let alive = this.#alive.get(pid);
    if (alive === undefined) {
      alive = answers(pid);
      this.#alive.set(pid, alive);
    }
    return alive;
  }

  /** {@link processStart} */
  start(pid: number): number | undefined {
    if (!this.#starts.has(pid)) this.#starts.set(pid, processStart(pid));
    return this.#starts.get(pid);
  }
}
