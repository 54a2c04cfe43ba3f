// What users may do with files, and what anonymous users may [server-behaviour §5, §8].
import { isIP } from 'node:net';

import { NUMBER, WORD, YES } from '../key-forms.ts';
import { type FieldsOf, initially, inOneField, option } from '../option.ts';
import { BadValue } from '../values.ts';

const DOT_FILES = {
  /** Of users who are not anonymous. */
  dotFiles: initially<'used' | 'notWritten' | 'notUsed'>('used'),
};

const ROWS = [
  option({
    short: 'D',
    long: 'displaydotfiles',
    description: 'LIST shows files that begin with a dot',
    keys: { DisplayDotFiles: YES },
    fields: {
      /** LIST shows dot files without being asked. */
      listsDotFiles: false,
    },
    set: { listsDotFiles: true },
  }),
  option({
    short: 'G',
    long: 'norename',
    description: 'nobody renames',
    keys: { NoRename: YES },
    fields: { renames: true },
    set: { renames: false },
  }),
  option({
    short: 'i',
    long: 'anonymouscantupload',
    description: 'anonymous users upload nothing',
    keys: { AnonymousCantUpload: YES },
    fields: { anonymousUploads: true },
    set: { anonymousUploads: false },
  }),
  option({
    short: 'K',
    long: 'keepallfiles',
    description: 'nobody deletes files',
    notes: 'It keeps files from being renamed, too.',
    keys: { KeepAllFiles: YES },
    fields: { deletes: true },
    set: { deletes: false },
  }),
  option({
    short: 'm',
    long: 'maxload',
    argument: 'load',
    description: 'from this load of the machine on, anonymous users download nothing',
    notes: 'The load is that of the moment.',
    keys: { MaxLoad: NUMBER },
    fields: {
      /** Load of the machine from which on anonymous users fetch nothing. */
      anonymousMaxLoad: initially<number | undefined>(undefined),
    },
    set(value) {
      const load = /^(?:\d+\.?\d*|\.\d+)$/.test(value) ? Number(value) : 0;
      if (load === 0) throw new BadValue('a number above 0 is');
      return { anonymousMaxLoad: load };
    },
  }),
  option({
    short: 'M',
    long: 'anonymouscancreatedirs',
    description: 'anonymous users make directories',
    keys: { AnonymousCanCreateDirs: YES },
    fields: { anonymousDirectories: false },
    set: { anonymousDirectories: true },
  }),
  option({
    short: 'N',
    long: 'natmode',
    description: 'no passive data connections',
    keys: { NATmode: YES },
    fields: {
      /** Whether there are passive data connections. */
      passive: true,
    },
    set: { passive: false },
  }),
  option({
    short: 'R',
    long: 'nochmod',
    description: 'nobody changes modes',
    keys: { NoChmod: YES },
    fields: { changesModes: true },
    set: { changesModes: false },
  }),
  option({
    short: 's',
    long: 'antiwarez',
    description: 'anonymous users do not download what belongs to them: uploads of others',
    notes: 'About files of whom anonymous users are served as.',
    keys: { AntiWarez: YES },
    fields: {
      /** Whether anonymous users cannot fetch what they have uploaded. */
      antiWarez: false,
    },
    set: { antiWarez: true },
  }),
  option({
    short: 'V',
    long: 'trustedip',
    argument: 'address',
    description: 'at other addresses of this server, everybody is anonymous',
    keys: { TrustedIP: WORD },
    fields: {
      /** At other addresses of the server than this one everybody is anonymous. */
      trustedAddress: initially<string | undefined>(undefined),
    },
    set(value) {
      if (isIP(value) === 0) throw new BadValue('an IPv4 or IPv6 address is');
      return { trustedAddress: value };
    },
  }),
  option({
    short: 'x',
    long: 'prohibitdotfileswrite',
    description: 'nobody writes files that begin with a dot',
    keys: { ProhibitDotFilesWrite: YES },
    fields: DOT_FILES,
    set: (_, { dotFiles }): Partial<typeof DOT_FILES> => ({ dotFiles: dotFiles === 'used' ? 'notWritten' : dotFiles }),
  }),
  option({
    short: 'X',
    long: 'prohibitdotfilesread',
    description: 'nobody reads or writes files that begin with a dot',
    keys: { ProhibitDotFilesRead: YES },
    fields: DOT_FILES,
    set: { dotFiles: 'notUsed' },
  }),
  option({
    short: 'z',
    long: 'allowdotfiles',
    description: 'anonymous users read files that begin with a dot',
    keys: { AllowDotFiles: YES },
    fields: { anonymousReadsDotFiles: false },
    set: { anonymousReadsDotFiles: true },
  }),
  option({
    short: 'Z',
    long: 'customerproof',
    description: 'owners of files keep their access to them, whatever mode they give',
    keys: { CustomerProof: YES },
    fields: {
      /** Modes that are changed keep the access of the owner. */
      keepsOwnerAccess: false,
    },
    set: { keepsOwnerAccess: true },
  }),
];

/** What users may do. */
export interface Rules extends Readonly<FieldsOf<typeof ROWS>> {}

export const RULE_OPTIONS = inOneField<FieldsOf<typeof ROWS>, { rules: Rules }>(
  ROWS,
  (rules) => ({ rules }),
  ({ rules }) => rules,
);
