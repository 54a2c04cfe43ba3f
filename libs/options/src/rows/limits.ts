// What users may use: storage, bandwidth, downloads for uploads [server-options §2].
import type { Bandwidth, Ratio } from '../limit.ts';
import { COLON_NUMBERS, ONE_OR_TWO_NUMBERS, SPACED_NUMBERS } from '../key-forms.ts';
import { initially, option } from '../option.ts';
import { BadValue } from '../values.ts';

const KIBIBYTE = 1024;
const MEBIBYTE = 1_048_576n;

interface Quota {
  readonly files: bigint;
  readonly bytes: bigint;
}

/** `files:megabytes`; 0 allows nothing. */
function quota(value: string): Quota {
  const [, files, megabytes] = /^(\d{1,18}):(\d{1,12})$/.exec(value) ?? [];
  if (files === undefined || megabytes === undefined) throw new BadValue('two numbers, FILES:MEGABYTES, are');
  return { files: BigInt(files), bytes: BigInt(megabytes) * MEBIBYTE };
}

function isSide(text: string): boolean {
  return /^(?:0*[1-9]\d{0,8})?$/.test(text);
}

/** `kb`, `up:down`, `up:` or `:down`, in KiB per second. */
function bandwidth(value: string): Bandwidth {
  const sides = value.split(':');
  const [upload = '', download = upload] = sides;
  if (sides.length > 2 || !isSide(upload) || !isSide(download) || (upload === '' && download === ''))
    throw new BadValue('kilobytes per second, UP:DOWN, are');
  return { upload: bytesPerSecond(upload), download: bytesPerSecond(download) };
}

function bytesPerSecond(side: string): number | undefined {
  return side === '' ? undefined : Number(side) * KIBIBYTE;
}

/** `up:down`, both above 0. */
function ratio(value: string): Ratio {
  const [, upload, download] = /^(\d{1,9}):(\d{1,9})$/.exec(value) ?? [];
  if (!(Number(upload) >= 1 && Number(download) >= 1)) throw new BadValue('two numbers above 0, UP:DOWN, are');
  return { upload: Number(upload), download: Number(download) };
}

export const LIMIT_OPTIONS = [
  option({
    short: 'n',
    long: 'quota',
    argument: 'files:megabytes',
    description: 'most files and megabytes of a user whose account says nothing else',
    notes: 'What is full is refused before it is stored.',
    keys: { Quota: COLON_NUMBERS },
    fields: { quota: initially<Quota | undefined>(undefined) },
    set: (value) => ({ quota: quota(value) }),
  }),
  option({
    short: 'q',
    long: 'anonymousratio',
    argument: 'up:down',
    description: 'what anonymous users upload, and how much they may download for it, as 1:3',
    notes: 'For anonymous users alone.',
    keys: { AnonymousRatio: SPACED_NUMBERS },
    fields: { anonymousRatio: initially<Ratio | undefined>(undefined) },
    set: (value) => ({ anonymousRatio: ratio(value) }),
  }),
  option({
    short: 'Q',
    long: 'userratio',
    argument: 'up:down',
    description: 'what any user uploads, and how much that user may download for it, as 1:3',
    notes: 'Anonymous users too, unless there is `-q`.',
    keys: { UserRatio: SPACED_NUMBERS },
    fields: {
      /** Of anonymous users as well where they have none of their own. */
      ratio: initially<Ratio | undefined>(undefined),
    },
    set: (value) => ({ ratio: ratio(value) }),
  }),
  option({
    short: 't',
    long: 'anonymousbandwidth',
    argument: 'up:down',
    description: 'kilobytes per second of an anonymous session',
    notes: 'For anonymous users alone.',
    keys: { AnonymousBandwidth: ONE_OR_TWO_NUMBERS },
    fields: { anonymousBandwidth: initially<Bandwidth | undefined>(undefined) },
    set: (value) => ({ anonymousBandwidth: bandwidth(value) }),
  }),
  option({
    short: 'T',
    long: 'userbandwidth',
    argument: 'up:down',
    description: 'kilobytes per second of any session',
    notes: 'Of anonymous ones too, unless there is `-t`.',
    keys: { UserBandwidth: ONE_OR_TWO_NUMBERS },
    fields: {
      /** Of each session; of anonymous ones as well where they have none of their own. */
      bandwidth: initially<Bandwidth | undefined>(undefined),
    },
    set: (value) => ({ bandwidth: bandwidth(value) }),
  }),
  option({
    long: 'user-total-bandwidth',
    argument: 'up:down',
    description: 'kilobytes per second of all sessions of a user together',
    notes: 'Anonymous users are no user of their own.',
    fields: { userBandwidth: initially<Bandwidth | undefined>(undefined) },
    set: (value) => ({ userBandwidth: bandwidth(value) }),
  }),
  option({
    long: 'server-bandwidth',
    argument: 'up:down',
    description: 'kilobytes per second of all sessions of the server together',
    fields: { serverBandwidth: initially<Bandwidth | undefined>(undefined) },
    set: (value) => ({ serverBandwidth: bandwidth(value) }),
  }),
];
