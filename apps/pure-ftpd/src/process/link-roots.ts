import { statSync } from 'node:fs';

import type { Configuration } from '@pure-ftpd/options';
import { errorText, isSystemError } from '@pure-ftpd/server/internal';

/** Link roots that cannot be looked at, each with the reason: no link leads there. */
export function unusableLinkRoots({ linkRoots = [] }: Pick<Configuration, 'linkRoots'>): string[] {
  return linkRoots.flatMap((root) => {
    try {
      return statSync(root).isDirectory() ? [] : [`${root} is not a directory`];
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return [`${root}: ${errorText(error)}`];
    }
  });
}
