import { FrameError } from '../helper/frames.ts';
import type { StartHelper } from '../helper/helper-process.ts';
import type { LoginMethod } from '../method.ts';
import { HelperLink } from './helper-link.ts';

/** Milliseconds for the answer; the backend itself has less. */
const PROBE_MS = 15_000;

/**
 * Asks the server of accounts of a method once, from a helper that ends with it.
 * @returns What is wrong, in one line; undefined when nothing is.
 * @throws what `start` throws.
 */
export async function probeRemotely(method: LoginMethod, start: StartHelper): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const helper = new HelperLink(start, method, {
    opened: () => helper.send({ kind: 'probe' }),
    answered(answer) {
      if (answer.kind !== 'probed') throw new FrameError('an answer to nothing');
      resolve(answer.problem);
    },
    lost: (reason) => resolve(reason),
  });
  const timer = setTimeout(() => resolve(`no answer in ${PROBE_MS / 1000} s`), PROBE_MS);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    await helper.kill();
  }
}
