// Links that may lead out of where users are confined [server-behaviour §6.5].
import { initially, option } from '../option.ts';
import { BadValue } from '../values.ts';

/** How programs are called that Debian builds with a virtual chroot: `pure-ftpd-virtualchroot`, `pure-ftpd-mysql-virtualchroot`. */
const SUFFIX = '-virtualchroot';

const EVERYWHERE = ['/'];

const LINK_ROOTS = {
  /** Where links may lead outside of where users are confined; undefined where none may. */
  linkRoots: initially<readonly string[] | undefined>(undefined),
};

/** Lets links lead out, to where nothing else is said about it. */
function letLinksOut({ linkRoots = EVERYWHERE }: Readonly<typeof LINK_ROOTS>): typeof LINK_ROOTS {
  return { linkRoots };
}

/** The same, where the program was called by a name that asks for it. */
export function applyProgramName(draft: typeof LINK_ROOTS, name: string | undefined): void {
  if (name?.endsWith(SUFFIX) === true) Object.assign(draft, letLinksOut(draft));
}

export const LINK_OPTIONS = [
  option({
    long: 'virtual-chroot',
    description: `links may lead out of where users are confined (as pure-ftpd${SUFFIX})`,
    notes: 'See [below](#links-that-lead-out).',
    fields: LINK_ROOTS,
    set: (_, now) => letLinksOut(now),
  }),
  option({
    long: 'link-roots',
    argument: 'dir:dir',
    values: 'folder',
    description: 'links may lead out into these directories only',
    fields: LINK_ROOTS,
    set(value) {
      const linkRoots = value.split(':');
      if (!linkRoots.every((root) => root.startsWith('/')))
        throw new BadValue('absolute paths with a colon between them are');
      return { linkRoots };
    },
  }),
];
