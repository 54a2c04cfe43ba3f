import { CommandError, ExitStatus } from '../exit-status.ts';
import type { Given } from '../given.ts';
import { sourceOf } from '../sessions/source.ts';

/** Shows the table of sessions again and again, until the user has seen enough. */
export async function top(given: Given): Promise<number> {
  if (!process.stdout.isTTY) throw new CommandError('top needs a terminal', ExitStatus.failed);
  if (given.values['from']?.includes('-') === true)
    throw new CommandError('top reads its reports again and again, and standard input has one only once: name a file');
  const { watch } = await import('@pure-ftpd/status/watch');
  await watch(await sourceOf(given, false));
  return ExitStatus.done;
}
