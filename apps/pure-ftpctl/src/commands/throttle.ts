import { rateOf, say, sessionsText, targetOf, valueOf, withServer } from '../control.ts';
import { CommandError, ExitStatus } from '../exit-status.ts';
import type { Given } from '../given.ts';

/** Sets the bandwidth of sessions. */
export async function throttle(given: Given): Promise<number> {
  const upload = rateOf('upload', valueOf(given, 'upload'));
  const download = rateOf('download', valueOf(given, 'download'));
  if (upload === undefined && download === undefined)
    throw new CommandError('give --upload RATE, --download RATE, or both');
  const rates = { ...(upload === undefined ? {} : { upload }), ...(download === undefined ? {} : { download }) };
  const { sessions } = await withServer(
    given,
    async (control) => (await control.ask({ type: 'throttle', ...targetOf(given), ...rates })).done,
  );
  say(`The bandwidth of ${sessionsText(sessions)} is set.`);
  return ExitStatus.done;
}
