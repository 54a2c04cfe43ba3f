import { setTimeout as sleep } from 'node:timers/promises';

/** Waits; until the session ends at the longest. */
export async function pause(milliseconds: number, ended: AbortSignal): Promise<void> {
  if (milliseconds <= 0 || ended.aborted) return;
  try {
    await sleep(milliseconds, undefined, { signal: ended, ref: false });
  } catch (error) {
    if (!ended.aborted) throw error;
  }
}
