// What an authentication program answers [spec quota-upload-auth-cert §3.3, extauth-authd §1.2].
import { decodeName } from '@pure-ftpd/protocol';

import { type AccountLimits, NO_LIMITS } from '../account.ts';
import { isAccountId } from '../account-id.ts';

/** More of a reply is not read. */
export const MAX_REPLY_BYTES = 4095;

/** What a reply says of a login. */
export type AuthReply =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly reason: string }
  | {
      readonly kind: 'accepted';
      readonly uid: number;
      readonly gid: number;
      readonly directory: string;
      readonly limits: AccountLimits;
      readonly resolvesNames: boolean;
    };

const KEYS = [
  'auth_ok',
  'uid',
  'gid',
  'dir',
  'slow_tilde_expansion',
  'throttling_bandwidth_ul',
  'throttling_bandwidth_dl',
  'user_quota_size',
  'user_quota_files',
  'ratio_upload',
  'ratio_download',
  'per_user_max',
] as const;
type Key = (typeof KEYS)[number];

/** What a reply has: the last value of each key, and whether it is complete. */
interface Lines {
  readonly values: ReadonlyMap<Key, string>;
  readonly isComplete: boolean;
}

const LINE_FEED = 0x0a;

/** Whether a reply has all it has to say: a line that begins with `end`. */
export function hasEnd(bytes: Uint8Array): boolean {
  return linesOf(bytes).isComplete;
}

/** Reads a reply. Nothing at all is an unknown login; what makes no sense is a refusal. */
export function parseAuthReply(bytes: Uint8Array): AuthReply {
  if (bytes.length === 0) return { kind: 'unknown' };
  if (bytes.length > MAX_REPLY_BYTES) return refused(`a reply of more than ${MAX_REPLY_BYTES} bytes`);
  const { values, isComplete } = linesOf(bytes);
  if (!isComplete) return refused('no end in the reply');
  const verdict = trimmed(values.get('auth_ok') ?? '-1');
  if (!/^[+-]?\d{1,9}$/.test(verdict)) return refused('auth_ok is no number');
  if (Number(verdict) === 0) return { kind: 'unknown' };
  if (Number(verdict) !== 1) return refused(`auth_ok is ${Number(verdict)}`);
  return accepted(values);
}

function accepted(values: ReadonlyMap<Key, string>): AuthReply {
  const wrong = KEYS.find((key) => key !== 'auth_ok' && key !== 'dir' && !isNumberOrAbsent(values.get(key)));
  if (wrong !== undefined) return refused(`${wrong} is no number`);
  const number = (key: Key): bigint | undefined => {
    const value = values.get(key);
    return value === undefined ? undefined : BigInt(trimmed(value));
  };
  const [uid, gid] = [Number(number('uid') ?? 0n), Number(number('gid') ?? 0n)];
  if (!isAccountId(uid)) return refused('uid is missing, or none that an account has');
  if (!isAccountId(gid)) return refused('gid is missing, or none that an account has');
  const directory = values.get('dir');
  if (directory === undefined) return refused('dir is missing, or not absolute');
  return {
    kind: 'accepted',
    uid,
    gid,
    directory,
    resolvesNames: number('slow_tilde_expansion') === 0n,
    limits: {
      ...NO_LIMITS,
      uploadBandwidth: positive(number('throttling_bandwidth_ul')),
      downloadBandwidth: positive(number('throttling_bandwidth_dl')),
      uploadRatio: small(number('ratio_upload')),
      downloadRatio: small(number('ratio_download')),
      quotaFiles: number('user_quota_files'),
      quotaSize: number('user_quota_size'),
      maxSessions: small(number('per_user_max')),
    },
  };
}

function refused(reason: string): AuthReply {
  return { kind: 'refused', reason };
}

/** Lines that begin with a known key and a colon count; what stands behind the last line feed is not there. */
function linesOf(bytes: Uint8Array): Lines {
  const values = new Map<Key, string>();
  let isComplete = false;
  const complete = bytes.subarray(0, bytes.lastIndexOf(LINE_FEED) + 1);
  for (const line of decodeName(complete).split('\n')) {
    if (line.startsWith('end')) isComplete = true;
    const key = KEYS.find((known) => line.startsWith(`${known}:`));
    if (key === undefined) continue;
    const value = line.slice(key.length + 1);
    if (key !== 'dir' || isDirectory(value)) values.set(key, value);
  }
  return { values, isComplete };
}

function isDirectory(value: string): boolean {
  return value.startsWith('/') && !value.includes('\0');
}

/** Programs write blanks before a number, and CR behind it. */
function trimmed(value: string): string {
  return value.replace(/^[ \t]+|[ \t\r]+$/g, '');
}

function isNumberOrAbsent(value: string | undefined): boolean {
  return value === undefined || /^\d{1,19}$/.test(trimmed(value));
}

/** 0 is no limit. */
function positive(value: bigint | undefined): bigint | undefined {
  return value === 0n ? undefined : value;
}

function small(value: bigint | undefined): number | undefined {
  return value === undefined || value === 0n ? undefined : Number(value < 0xffff_ffffn ? value : 0xffff_ffffn);
}
