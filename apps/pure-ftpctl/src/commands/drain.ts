import { say, secondsOf, sessionsText, valueOf, withServer } from '../control.ts';
import { ExitStatus } from '../exit-status.ts';
import type { Given } from '../given.ts';

/** Lets the server end with its last session. */
export async function drain(given: Given): Promise<number> {
  const seconds = secondsOf('seconds', valueOf(given, 'seconds'));
  await withServer(given, async (control) => {
    const { done } = await control.ask({ type: 'drain', ...(seconds === undefined ? {} : { seconds }) });
    const time = seconds === undefined ? '' : ` for ${seconds} s`;
    say(
      done.sessions === 0
        ? 'The server ends.'
        : `Nobody new is served; ${sessionsText(done.sessions)} may go on${time}.`,
    );
    if (!given.options.has('wait')) return;
    await control.closed();
    say('The server has ended.');
  });
  return ExitStatus.done;
}
