// Links that may lead out of where users are confined [server-behaviour §6.5].
import { statSync } from 'node:fs';

import { errorText, isSystemError } from '@pure-ftpd/server/internal';

import type { Configuration, Draft } from './configuration.ts';
import type { Option } from './table.ts';
import { badValue } from './values.ts';

/** How programs are called that Debian builds with a virtual chroot: `pure-ftpd-virtualchroot`, `pure-ftpd-mysql-virtualchroot`. */
const SUFFIX = '-virtualchroot';

const EVERYWHERE = ['/'];

/** Lets links lead out, to where nothing else is said about it. */
function letLinksOut(draft: Draft): void {
  draft.linkRoots ??= EVERYWHERE;
}

/** The same, where the program was called by a name that asks for it. */
export function applyProgramName(draft: Draft, name: string | undefined): void {
  if (name?.endsWith(SUFFIX) === true) letLinksOut(draft);
}

export const VIRTUAL_CHROOT_OPTIONS: readonly Option[] = [
  {
    long: 'virtual-chroot',
    description: `links may lead out of where users are confined (as pure-ftpd${SUFFIX})`,
    apply: letLinksOut,
  },
  {
    long: 'link-roots',
    argument: 'dir:dir',
    description: 'links may lead out into these directories only',
    apply: (draft, value) => {
      const roots = value.split(':');
      if (!roots.every((root) => root.startsWith('/')))
        throw badValue('--link-roots', value, 'absolute paths with a colon between them are');
      draft.linkRoots = roots;
    },
  },
];

/** Link roots that cannot be looked at, each with the reason: no link leads there. */
export function unusableLinkRoots({ linkRoots = [] }: Configuration): string[] {
  return linkRoots.flatMap((root) => {
    try {
      return statSync(root).isDirectory() ? [] : [`${root} is not a directory`];
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return [`${root}: ${errorText(error)}`];
    }
  });
}
