import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Number of descriptors a process has open, this one by default. */
export function openDescriptors(pid: number | 'self' = 'self'): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Whether a process runs. One that has ended stays for as long as nobody has asked for its end (a zombie), and does not. */
export function isRunning(pid: number | string): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return false;
  }
}

/**
 * How long something is waited for that comes at once on an idle machine, in milliseconds: longer than one takes whose processors are
 * all busy with other work. What waits so long has failed, so that nothing is slower for it.
 */
export const PATIENCE = 120_000;

/** Waits for a state, however long the machine takes, and gives up after the limit. */
export async function untilTrue(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limitMs = PATIENCE,
): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`still not so after ${limitMs} ms: ${what}`);
    await sleep(5);
  }
}

/** So many readings in a row, a turn or more apart, that say the same. */
const STEADY_READINGS = 40;

/**
 * Waits until a number is steady, and comes back with it. A process that has something open for a moment, such as a file that it reads, is
 * not counted in the middle of that.
 */
export async function untilSteady(what: string, read: () => number): Promise<number> {
  let [value, readings] = [read(), 1];
  await untilTrue(`${what} is steady`, () => {
    const now = read();
    readings = now === value ? readings + 1 : 1;
    value = now;
    return readings >= STEADY_READINGS;
  });
  return value;
}
