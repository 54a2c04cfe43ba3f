import { say, withServer } from '../control.ts';
import { ExitStatus } from '../exit-status.ts';
import type { Given } from '../given.ts';

/** Has the server read its configuration anew, or take the switches behind `--`. */
export async function reload(given: Given): Promise<number> {
  const { switches } = given;
  const words = switches.length === 0 ? {} : { words: [...switches] };
  const { changed, restart } = await withServer(
    given,
    async (control) => (await control.ask({ type: 'reload', ...words })).done,
  );
  say(changed.length === 0 ? 'Reloaded; no setting is another one.' : `Reloaded; changed: ${changed.join(', ')}.`);
  if (restart.length > 0) say(`Not before a restart: ${restart.join(', ')}.`);
  return ExitStatus.done;
}
