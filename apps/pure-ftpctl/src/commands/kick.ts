import { say, sessionsText, targetOf, withServer } from '../control.ts';
import { ExitStatus } from '../exit-status.ts';
import type { Given } from '../given.ts';

/** Ends sessions. @returns 1 when some have not ended. */
export async function kick(given: Given): Promise<number> {
  const { sessions, left } = await withServer(
    given,
    async (control) => (await control.ask({ type: 'kick', ...targetOf(given) })).done,
  );
  say(`${sessionsText(sessions - left.length)} ended.`);
  for (const { session, pid } of left) say(`Session ${session} has not ended yet: process ${pid} has it.`);
  return left.length === 0 ? ExitStatus.done : ExitStatus.found;
}
