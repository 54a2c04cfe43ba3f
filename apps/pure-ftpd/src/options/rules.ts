// Options about what users may do with files, and what anonymous users may [server-behaviour §5, §8].
import { isIP } from 'node:net';

import type { Draft } from './configuration.ts';
import type { Option } from './table.ts';
import { badValue } from './values.ts';

/** What users may do. */
export interface Rules {
  /** Of users who are not anonymous. */
  readonly dotFiles: 'used' | 'notWritten' | 'notUsed';
  readonly anonymousReadsDotFiles: boolean;
  /** LIST shows dot files without being asked. */
  readonly listsDotFiles: boolean;
  readonly deletes: boolean;
  readonly renames: boolean;
  readonly changesModes: boolean;
  /** Whether there are passive data connections. */
  readonly passive: boolean;
  readonly anonymousUploads: boolean;
  readonly anonymousDirectories: boolean;
  /** Load of the machine from which on anonymous users fetch nothing. */
  readonly anonymousMaxLoad: number | undefined;
  /** Whether anonymous users cannot fetch what they have uploaded. */
  readonly antiWarez: boolean;
  /** Modes that are changed keep the access of the owner. */
  readonly keepsOwnerAccess: boolean;
  /** At other addresses of the server than this one everybody is anonymous. */
  readonly trustedAddress: string | undefined;
}

export const DEFAULT_RULES: Rules = {
  dotFiles: 'used',
  anonymousReadsDotFiles: false,
  listsDotFiles: false,
  deletes: true,
  renames: true,
  changesModes: true,
  passive: true,
  anonymousUploads: true,
  anonymousDirectories: false,
  anonymousMaxLoad: undefined,
  antiWarez: false,
  keepsOwnerAccess: false,
  trustedAddress: undefined,
};

function rule(
  short: string,
  long: string,
  description: string,
  change: Partial<Rules> | ((rules: Rules) => Partial<Rules>),
): Option {
  const apply = (draft: Draft): void => {
    draft.rules = { ...draft.rules, ...(typeof change === 'function' ? change(draft.rules) : change) };
  };
  return { short, long, description, apply };
}

export const RULE_OPTIONS: readonly Option[] = [
  rule('D', 'displaydotfiles', 'LIST shows files that begin with a dot', { listsDotFiles: true }),
  rule('G', 'norename', 'nobody renames', { renames: false }),
  rule('i', 'anonymouscantupload', 'anonymous users upload nothing', { anonymousUploads: false }),
  rule('K', 'keepallfiles', 'nobody deletes files', { deletes: false }),
  rule('M', 'anonymouscancreatedirs', 'anonymous users make directories', { anonymousDirectories: true }),
  rule('N', 'natmode', 'no passive data connections', { passive: false }),
  rule('R', 'nochmod', 'nobody changes modes', { changesModes: false }),
  rule('s', 'antiwarez', 'anonymous users do not download what belongs to them: uploads of others', {
    antiWarez: true,
  }),
  rule('Z', 'customerproof', 'owners of files keep their access to them, whatever mode they give', {
    keepsOwnerAccess: true,
  }),
  rule('x', 'prohibitdotfileswrite', 'nobody writes files that begin with a dot', ({ dotFiles }) => ({
    dotFiles: dotFiles === 'used' ? 'notWritten' : dotFiles,
  })),
  rule('X', 'prohibitdotfilesread', 'nobody reads or writes files that begin with a dot', { dotFiles: 'notUsed' }),
  rule('z', 'allowdotfiles', 'anonymous users read files that begin with a dot', { anonymousReadsDotFiles: true }),
  {
    short: 'm',
    long: 'maxload',
    argument: 'load',
    description: 'from this load of the machine on, anonymous users download nothing',
    apply: (draft, value) => {
      const load = /^(?:\d+\.?\d*|\.\d+)$/.test(value) ? Number(value) : 0;
      if (load === 0) throw badValue('-m', value, 'a number above 0 is');
      draft.rules = { ...draft.rules, anonymousMaxLoad: load };
    },
  },
  {
    short: 'V',
    long: 'trustedip',
    argument: 'address',
    description: 'at other addresses of this server, everybody is anonymous',
    apply: (draft, value) => {
      if (isIP(value) === 0) throw badValue('-V', value, 'an IPv4 or IPv6 address is');
      draft.rules = { ...draft.rules, trustedAddress: value };
    },
  },
];
