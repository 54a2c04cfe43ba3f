import { statSync } from 'node:fs';

import { errorText, isSystemError } from '@pure-ftpd/server/internal';

import type { Configuration } from '../options/configuration.ts';

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
