import { decodeName, printableName } from '@pure-ftpd/protocol';
import { readUint32, readUint64, UINT64_MAX } from './c-numbers.ts';
import { parseTimeRange, type TimeRange } from './time-range.ts';

/**
 * A virtual user [spec puredb.md §1.3]. Text is in the form of `decodeName`. `undefined` = the field is empty or missing;
 * only for the four lists it means missing, and `''` empty.
 */
export interface UserRecord {
  readonly login: string;
  readonly passwordHash: string;
  readonly uid: number;
  readonly gid: number;
  readonly gecos: string;
  /** `/./` inside marks the chroot point: before it the root, after it the first directory. */
  readonly home: string;
  /** Bytes per second. */
  readonly uploadBandwidth: bigint | undefined;
  /** Bytes per second. */
  readonly downloadBandwidth: bigint | undefined;
  readonly uploadRatio: number | undefined;
  readonly downloadRatio: number | undefined;
  /** 0 = unlimited, `undefined` = what the server has for everyone. */
  readonly maxSessions: number | undefined;
  /** 0 = no file at all, `NO_QUOTA` = unlimited, `undefined` = what the server has for everyone. */
  readonly maxFiles: bigint | undefined;
  /** Bytes; otherwise as `maxFiles`. */
  readonly maxSize: bigint | undefined;
  readonly allowedLocal: string | undefined;
  readonly deniedLocal: string | undefined;
  readonly allowedClient: string | undefined;
  readonly deniedClient: string | undefined;
  readonly timeRange: TimeRange | undefined;
}

/** What `-1` in a quota field means: no quota for this user. */
export const NO_QUOTA = UINT64_MAX;

/** Fields of a line, the login included. */
export const FIELDS = 18;

/** Which field refused the login. */
export type RecordRefusal = 'hash' | 'uid' | 'gid' | 'missingField' | 'home' | 'extraFields' | 'timeRange';

/** A record that can be served, or why this user must not log in. The message is one line for the log. */
export type RecordResult =
  | { readonly kind: 'record'; readonly record: UserRecord }
  | { readonly kind: 'refused'; readonly reason: RecordRefusal; readonly message: string };

/**
 * The record of a look-up's value, for the server. It fails closed where the C server is lenient [spec
 * security-history.md §12]:
 * - uid and gid are plain digits from 1 to 4294967294;
 * - a time range is two numbers and nothing else;
 * - fields beyond the 18th are refused: a colon within a field has moved all others.
 *
 * As in C, the value ends at a NUL, other numbers end at the first byte that is no digit, and fields after the home
 * may be missing. A bandwidth or ratio of 0 is no limit, hence `undefined`. The four lists are not looked at here: see
 * `checkAddresses`.
 */
export function parseRecord(login: string, value: Uint8Array): RecordResult {
  const nul = value.indexOf(0);
  const fields = [login, ...decodeName(nul === -1 ? value : value.subarray(0, nul)).split(':')];
  const refused = (reason: RecordRefusal, what: string): RecordResult => ({
    kind: 'refused',
    reason,
    message: `user ${printableName(login)}: ${what}`,
  });
  const [, hash = '', uidText = '', gidText = '', gecos, home] = fields;
  if (hash === '') return refused('hash', 'no password hash');
  const uid = parseId(uidText);
  if (uid === undefined) return refused('uid', `uid "${printableName(uidText)}" is not a number from 1 to ${MAX_ID}`);
  const gid = parseId(gidText);
  if (gid === undefined) return refused('gid', `gid "${printableName(gidText)}" is not a number from 1 to ${MAX_ID}`);
  if (gecos === undefined || home === undefined) return refused('missingField', 'no home directory');
  if (!home.startsWith('/')) return refused('home', `home directory "${printableName(home)}" is not absolute`);
  if (fields.length > FIELDS) {
    return refused('extraFields', `${fields.length} fields instead of ${FIELDS}: a field contains a colon`);
  }
  const timeText = fields[17] ?? '';
  const timeRange = parseTimeRange(timeText);
  if (timeText !== '' && timeRange === undefined) {
    return refused('timeRange', `time range "${printableName(timeText)}" is not of the form hhmm-hhmm`);
  }
  return {
    kind: 'record',
    record: {
      login,
      passwordHash: hash,
      uid,
      gid,
      gecos,
      home,
      uploadBandwidth: positive64(fields[6]),
      downloadBandwidth: positive64(fields[7]),
      uploadRatio: positive32(fields[8]),
      downloadRatio: positive32(fields[9]),
      maxSessions: given(fields[10], readUint32),
      maxFiles: given(fields[11], readUint64),
      maxSize: given(fields[12], readUint64),
      allowedLocal: fields[13],
      deniedLocal: fields[14],
      allowedClient: fields[15],
      deniedClient: fields[16],
      timeRange,
    },
  };
}

/** The value of a field unless it is empty or missing. */
export function given<Value>(text: string | undefined, read: (text: string) => Value): Value | undefined {
  return text === undefined || text === '' ? undefined : read(text);
}

/** As `given`; 0 is as good as nothing. */
export function positive32(text: string | undefined): number | undefined {
  return given(text, readUint32) || undefined;
}

function positive64(text: string | undefined): bigint | undefined {
  return given(text, readUint64) || undefined;
}

/** 2^32 - 1 is what the system calls take for "no change". */
const MAX_ID = 4_294_967_294;

function parseId(text: string): number | undefined {
  if (!/^\d{1,20}$/.test(text)) return undefined;
  const id = Number(text);
  return id >= 1 && id <= MAX_ID ? id : undefined;
}
