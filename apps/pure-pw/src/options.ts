import type { OptionSpec } from '@pure-ftpd/cli';
import type { HashCost } from '@pure-ftpd/passwords';
import { type AccountChanges, escapeAddressList, type Limit, parseTimeRangeLeniently } from '@pure-ftpd/puredb';
import { parseUnits, parseUnsigned, parseUnsigned32 } from './c-number.ts';
import { ActionError, ExitStatus } from './exit-status.ts';
import type { Identities } from '@pure-ftpd/puredb/identities';

/** The command line makes no sense, or asks for help: the usage text is printed, and the status is 0. */
export class UsageRequest extends Error {}

/** An option, and what it does to the draft. */
interface Option extends OptionSpec {
  readonly short: string;
  readonly apply: (draft: Draft, value: string) => void | Promise<void>;
}

const KILOBYTE = 1024n;
const MEGABYTE = 1_048_576n;

/** A command line while it is read: options take effect in the order given. */
export class Draft {
  readonly changes: AccountChanges = { uid: 0, gid: 0 };
  readonly hashCost: HashCost = {};
  readonly identities: Identities;
  passwdFile: string | undefined;
  database: string | undefined;
  updateDatabase = false;
  /** Off from the first `-D` on, also for a later `-d`. */
  chroot = true;

  constructor(identities: Identities) {
    this.identities = identities;
  }
}

function badArgument(message: string): ActionError {
  return new ActionError(ExitStatus.badArgument, message);
}

/** Fields are separated by colons, and nothing can stand for one. */
export function withoutColons(text: string): string {
  return text.replaceAll(':', '_');
}

async function applyUid({ changes, identities }: Draft, value: string): Promise<void> {
  if (changes.uid > 0) {
    throw badArgument('You already gave an uid');
  }
  const user = await identities.user(value);
  if (user === undefined) {
    changes.uid = parseUnsigned32(value);
    return;
  }
  changes.uid = user.uid;
  if (changes.gid === 0) {
    changes.gid = user.gid;
  }
}

async function applyGid({ changes, identities }: Draft, value: string): Promise<void> {
  if (changes.gid > 0 && changes.uid === 0) {
    throw badArgument('You already gave a gid');
  }
  changes.gid = (await identities.group(value)) ?? parseUnsigned32(value);
}

/** Without its final slashes; what is added marks the chroot point. */
function applyHome({ changes, chroot }: Draft, value: string): void {
  const home = withoutColons(value).replace(/\/+$/, '');
  if (home === '') {
    throw badArgument('home directory is missing');
  }
  changes.home = chroot ? `${home}/./` : home;
}

function applyHomeWithoutChroot(draft: Draft, value: string): void {
  draft.chroot = false;
  applyHome(draft, value);
}

/** KB/s; what is not above 0 changes nothing, also when it is only so after the multiplication. */
function bandwidth(value: string, current: Limit<bigint>): Limit<bigint> {
  if (value === '') {
    return 'unlimited';
  }
  const bytes = parseUnits(value, KILOBYTE);
  return bytes === 0n ? current : bytes;
}

function ratio(value: string, name: string): Limit<number> {
  if (value === '') {
    return 'unlimited';
  }
  const parts = parseUnsigned32(value);
  if (parts === 0) {
    throw badArgument(`Illegal ${name} ratio`);
  }
  return parts;
}

/** Colons separate fields: IPv6 addresses are written in their form without. */
function addressList(value: string): string {
  return value.includes(':') ? escapeAddressList(value) : value;
}

function applyTimeRange({ changes }: Draft, value: string): void {
  const range = value === '' ? 'unlimited' : parseTimeRangeLeniently(value);
  if (range === undefined) {
    throw badArgument('Time should be given as hhmm-hhmm\nExample : 0900-1800 (9 am to 6 pm)');
  }
  changes.timeRange = range;
}

function applyConcurrentLogins({ hashCost }: Draft, value: string): void {
  const logins = Number(parseUnsigned(value));
  if (logins < 1) {
    throw badArgument('number of concurrent logins must be at least 1');
  }
  hashCost.concurrentLogins = logins;
}

/** The C tool compares megabytes with a least number of bytes, so that it refuses all below 8192 Mb: not copied. */
function applyTotalMemory({ hashCost }: Draft, value: string): void {
  const megabytes = parseUnsigned(value);
  if (megabytes < 1n) {
    throw badArgument('memory reserved for password hashing is too low');
  }
  hashCost.totalMemory = Number(megabytes * MEGABYTE);
}

/** The options, for every action alike (spec pure-pw section 1.1). */
export const OPTIONS: readonly Option[] = [
  {
    short: 'u',
    argument: 'uid',
    values: 'user',
    description: 'user whom files belong to, by name or number',
    apply: applyUid,
  },
  {
    short: 'g',
    argument: 'gid',
    values: 'group',
    description: 'group of the files, by name or number (that of the user)',
    apply: applyGid,
  },
  {
    short: 'd',
    argument: 'home directory',
    values: 'folder',
    description: 'home, which the user cannot leave',
    apply: applyHome,
  },
  {
    short: 'D',
    argument: 'home directory',
    values: 'folder',
    description: 'home, which the user may leave',
    apply: applyHomeWithoutChroot,
  },
  {
    short: 'c',
    argument: 'gecos',
    description: 'full name',
    apply: ({ changes }, value) => void (changes.gecos = withoutColons(value)),
  },
  {
    short: 't',
    argument: 'download bandwidth',
    description: 'kilobytes per second of downloads',
    apply: ({ changes }, value) => void (changes.downloadBandwidth = bandwidth(value, changes.downloadBandwidth)),
  },
  {
    short: 'T',
    argument: 'upload bandwidth',
    description: 'kilobytes per second of uploads',
    apply: ({ changes }, value) => void (changes.uploadBandwidth = bandwidth(value, changes.uploadBandwidth)),
  },
  {
    short: 'n',
    argument: 'max number of files',
    description: 'quota: files that may be stored',
    apply: ({ changes }, value) => void (changes.maxFiles = value === '' ? 'unlimited' : parseUnsigned(value)),
  },
  {
    short: 'N',
    argument: 'max Mbytes',
    description: 'quota: megabytes that may be stored',
    apply: ({ changes }, value) => void (changes.maxSize = value === '' ? 'unlimited' : parseUnits(value, MEGABYTE)),
  },
  {
    short: 'q',
    argument: 'upload ratio',
    description: 'what has to be uploaded for what -Q says (-q 1 -Q 10: ten times may be downloaded)',
    apply: ({ changes }, value) => void (changes.uploadRatio = ratio(value, 'upload')),
  },
  {
    short: 'Q',
    argument: 'download ratio',
    description: 'what may be downloaded for what -q says',
    apply: ({ changes }, value) => void (changes.downloadRatio = ratio(value, 'download')),
  },
  {
    short: 'y',
    argument: 'max number of concurrent sessions',
    description: 'most sessions at a time; 0 for any number',
    apply: ({ changes }, value) => void (changes.maxSessions = value === '' ? 'unlimited' : parseUnsigned32(value)),
  },
  {
    short: 'r',
    argument: 'allow client ip',
    description: 'addresses of clients that may log in: ADDRESS[/MASK], with commas between them',
    apply: ({ changes }, value) => void (changes.allowedClient = addressList(value)),
  },
  {
    short: 'R',
    argument: 'deny client ip',
    description: 'addresses of clients that may not',
    apply: ({ changes }, value) => void (changes.deniedClient = addressList(value)),
  },
  {
    short: 'i',
    argument: 'allow local ip',
    description: 'addresses of the server at which the user may log in',
    apply: ({ changes }, value) => void (changes.allowedLocal = addressList(value)),
  },
  {
    short: 'I',
    argument: 'deny local ip',
    description: 'addresses of the server at which the user may not',
    apply: ({ changes }, value) => void (changes.deniedLocal = addressList(value)),
  },
  {
    short: 'z',
    argument: 'hhmm-hhmm',
    description: 'hours at which the user may log in (-z 0900-1800: from 9 am to 6 pm)',
    apply: applyTimeRange,
  },
  {
    short: 'C',
    argument: 'max number of concurrent login attempts',
    description: 'logins at once that the strength of the hash is made for',
    apply: applyConcurrentLogins,
  },
  {
    short: 'M',
    argument: 'total memory (in MB)',
    description: 'megabytes that these logins may take together',
    apply: applyTotalMemory,
  },
  {
    short: 'f',
    argument: 'passwd file',
    values: 'file',
    description: 'text file (/etc/pure-ftpd/pureftpd.passwd, or what PURE_PASSWDFILE says)',
    apply: (draft, value) => void (draft.passwdFile = value),
  },
  {
    short: 'F',
    argument: 'puredb file',
    values: 'file',
    description: 'database for -m (/etc/pure-ftpd/pureftpd.pdb, or what PURE_DBFILE says)',
    apply: (draft, value) => void (draft.database = value),
  },
  {
    short: 'm',
    description: 'make the database anew when the text file has changed',
    apply: (draft) => void (draft.updateDatabase = true),
  },
  {
    short: 'h',
    description: 'print the usage of the C program',
    apply: () => {
      throw new UsageRequest();
    },
  },
];
