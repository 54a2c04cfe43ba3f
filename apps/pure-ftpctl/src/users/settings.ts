// What `user add` and `user set` can be told of a user: options with long names, whose values are read strictly.
import type { OptionSpec } from '@pure-ftpd/cli';
import { printableName } from '@pure-ftpd/protocol';
import type { AccountChanges } from '@pure-ftpd/puredb';

import { CommandError } from '../exit-status.ts';
import type { Given } from '../given.ts';
import type * as forms from './forms.ts';

type Forms = typeof forms;

type Setting = OptionSpec & {
  readonly long: string;
  readonly set: (changes: AccountChanges, value: string, forms: Forms) => void | Promise<void>;
};

/** The options, in the order in which they are read: a group that is given comes before that of a user. */
export const SETTINGS: readonly Setting[] = [
  {
    long: 'group',
    argument: 'group',
    values: 'group',
    description: 'group of the files, by name or number (that of --owner)',
    set: async (changes, value, forms) => void (changes.gid = await forms.group(value)),
  },
  {
    long: 'owner',
    argument: 'user',
    values: 'user',
    description: 'system user whom the files belong to, by name or number',
    set: (changes, value, forms) => forms.own(changes, value),
  },
  {
    long: 'home',
    argument: 'folder',
    values: 'folder',
    description: 'home, which the user cannot leave',
    set: (changes, value, forms) => void (changes.home = forms.rooted(value)),
  },
  {
    long: 'full-name',
    argument: 'name',
    description: 'full name',
    set: (changes, value) => void (changes.gecos = value),
  },
  {
    long: 'download-bandwidth',
    argument: 'KB/s',
    description: 'kilobytes per second of downloads; none takes this and other limits away',
    set: (changes, value, forms) => void (changes.downloadBandwidth = forms.bandwidth(value)),
  },
  {
    long: 'upload-bandwidth',
    argument: 'KB/s',
    description: 'kilobytes per second of uploads',
    set: (changes, value, forms) => void (changes.uploadBandwidth = forms.bandwidth(value)),
  },
  {
    long: 'max-files',
    argument: 'number',
    description: 'quota: files that may be stored',
    set: (changes, value, forms) => void (changes.maxFiles = forms.files(value)),
  },
  {
    long: 'max-size',
    argument: 'megabytes',
    description: 'quota: megabytes that may be stored',
    set: (changes, value, forms) => void (changes.maxSize = forms.megabytes(value)),
  },
  {
    long: 'upload-ratio',
    argument: 'number',
    description: 'what has to be uploaded for what --download-ratio says',
    set: (changes, value, forms) => void (changes.uploadRatio = forms.ratio(value)),
  },
  {
    long: 'download-ratio',
    argument: 'number',
    description: 'what may be downloaded for what --upload-ratio says',
    set: (changes, value, forms) => void (changes.downloadRatio = forms.ratio(value)),
  },
  {
    long: 'max-sessions',
    argument: 'number',
    description: 'most sessions at a time',
    set: (changes, value, forms) => void (changes.maxSessions = forms.count(value)),
  },
  {
    long: 'allow-client',
    argument: 'addresses',
    description: 'addresses of clients that may log in: ADDRESS[/MASK], with commas between them',
    set: (changes, value, forms) => void (changes.allowedClient = forms.addresses(value)),
  },
  {
    long: 'deny-client',
    argument: 'addresses',
    description: 'addresses of clients that may not',
    set: (changes, value, forms) => void (changes.deniedClient = forms.addresses(value)),
  },
  {
    long: 'allow-local',
    argument: 'addresses',
    description: 'addresses of the server at which the user may log in',
    set: (changes, value, forms) => void (changes.allowedLocal = forms.addresses(value)),
  },
  {
    long: 'deny-local',
    argument: 'addresses',
    description: 'addresses of the server at which the user may not',
    set: (changes, value, forms) => void (changes.deniedLocal = forms.addresses(value)),
  },
  {
    long: 'hours',
    argument: 'hhmm-hhmm',
    description: 'hours at which the user may log in',
    set: (changes, value, forms) => void (changes.timeRange = forms.hours(value)),
  },
];

/** What a command line says of a user. @throws CommandError that names the option. */
export async function changesOf({ values }: Given): Promise<AccountChanges> {
  const changes: AccountChanges = { uid: 0, gid: 0 };
  if (SETTINGS.every(({ long }) => values[long] === undefined)) return changes;
  const [own, { BadValue }] = await Promise.all([import('./forms.ts'), import('./values.ts')]);
  for (const { long, set } of SETTINGS) {
    const value = values[long]?.at(-1);
    if (value === undefined) continue;
    try {
      await set(changes, value, own);
    } catch (error) {
      if (!(error instanceof BadValue)) throw error;
      throw new CommandError(`--${long} ${printableName(value)}: ${error.message}`);
    }
  }
  return changes;
}
