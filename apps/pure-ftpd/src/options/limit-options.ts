// What users may use: storage, bandwidth, downloads for uploads [server-options §2].
import type { OptionSpec } from '@pure-ftpd/cli';

import type { Bandwidth, Ratio } from '../limits/account-limits.ts';
import type { Draft } from './configuration.ts';
import { badValue } from './values.ts';

const KIBIBYTE = 1024;
const MEBIBYTE = 1_048_576n;

/** `files:megabytes`; 0 allows nothing. */
function quota(value: string): NonNullable<Draft['quota']> {
  const [, files, megabytes] = /^(\d{1,18}):(\d{1,12})$/.exec(value) ?? [];
  if (files === undefined || megabytes === undefined) throw badValue('-n', value, 'two numbers, FILES:MEGABYTES, are');
  return { files: BigInt(files), bytes: BigInt(megabytes) * MEBIBYTE };
}

function isSide(text: string): boolean {
  return /^(?:0*[1-9]\d{0,8})?$/.test(text);
}

/** `kb`, `up:down`, `up:` or `:down`, in KiB per second. */
function bandwidth(option: string, value: string): Bandwidth {
  const sides = value.split(':');
  const [upload = '', download = upload] = sides;
  if (sides.length > 2 || !isSide(upload) || !isSide(download) || (upload === '' && download === ''))
    throw badValue(option, value, 'kilobytes per second, UP:DOWN, are');
  return { upload: bytesPerSecond(upload), download: bytesPerSecond(download) };
}

function bytesPerSecond(side: string): number | undefined {
  return side === '' ? undefined : Number(side) * KIBIBYTE;
}

/** `up:down`, both above 0. */
function ratio(option: string, value: string): Ratio {
  const [, upload, download] = /^(\d{1,9}):(\d{1,9})$/.exec(value) ?? [];
  if (!(Number(upload) >= 1 && Number(download) >= 1))
    throw badValue(option, value, 'two numbers above 0, UP:DOWN, are');
  return { upload: Number(upload), download: Number(download) };
}

/** An option about what users may use. */
interface LimitOption extends OptionSpec {
  readonly short: string;
  readonly long: string;
  apply(draft: Draft, value: string): void;
}

export const LIMIT_OPTIONS: readonly LimitOption[] = [
  {
    short: 'n',
    long: 'quota',
    argument: 'files:megabytes',
    description: 'most files and megabytes of a user whose account says nothing else',
    apply: (draft, value) => void (draft.quota = quota(value)),
  },
  {
    short: 'q',
    long: 'anonymousratio',
    argument: 'up:down',
    description: 'what anonymous users upload, and how much they may download for it, as 1:3',
    apply: (draft, value) => void (draft.anonymousRatio = ratio('-q', value)),
  },
  {
    short: 'Q',
    long: 'userratio',
    argument: 'up:down',
    description: 'what any user uploads, and how much that user may download for it, as 1:3',
    apply: (draft, value) => void (draft.ratio = ratio('-Q', value)),
  },
  {
    short: 't',
    long: 'anonymousbandwidth',
    argument: 'up:down',
    description: 'kilobytes per second of an anonymous session',
    apply: (draft, value) => void (draft.anonymousBandwidth = bandwidth('-t', value)),
  },
  {
    short: 'T',
    long: 'userbandwidth',
    argument: 'up:down',
    description: 'kilobytes per second of any session',
    apply: (draft, value) => void (draft.bandwidth = bandwidth('-T', value)),
  },
];
