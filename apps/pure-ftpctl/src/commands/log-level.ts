import { say, withServer } from '../control.ts';
import { CommandError, ExitStatus } from '../exit-status.ts';
import type { Given } from '../given.ts';

/** Sets how much of a session is logged. */
export async function logLevel(given: Given): Promise<number> {
  const { session = '', level = '' } = given.operands;
  if (!/^[012]$/.test(level)) throw new CommandError(`${level}: 0, 1 or 2 is expected, as -d that many times`);
  await withServer(given, (control) => control.ask({ type: 'verbosity', session, level: Number(level) }));
  say(`Session ${session} is logged as -d ${level} times.`);
  return ExitStatus.done;
}
