import { decodeName, encodeName, printableName } from '@pure-ftpd/protocol';
import { readUint32, readUint64 } from './c-numbers.ts';
import { PasswdFileError } from './errors.ts';
import { given, positive32, type UserRecord } from './record.ts';
import { MAX_LINE, visibleEnd } from './text-lines.ts';
import { formatTimeRange, parseTimeRangeLeniently } from './time-range.ts';

/** What a line of the text file is to the tools. */
export type TextLine =
  | { readonly kind: 'user'; readonly record: UserRecord }
  /** The tools warn: `Warning: invalid line [<login>]`. */
  | { readonly kind: 'invalid'; readonly login: string }
  /** Empty, or a comment. */
  | { readonly kind: 'skipped' };

const SKIPPED: TextLine = { kind: 'skipped' };

/**
 * A line as the C `pure-pw` reads it [spec puredb.md §1.4, pure-pw.md §3], more leniently than the server: every number
 * is what `strtoul` makes of it, a malformed time range and what follows it, ratios and sessions of 0 are dropped. The
 * line may have its newline.
 */
export function parseTextLine(line: Uint8Array): TextLine {
  const end = visibleEnd(line, 0, line.length);
  if (end === 0 || line[0] === 0x23) return SKIPPED;
  const fields = decodeName(line.subarray(0, end)).split(':');
  const [login = '', hash = '', uidText = '', gidText = '', gecos = '', home = ''] = fields;
  const uid = readUint32(uidText);
  const gid = readUint32(gidText);
  if (login === '' || hash === '' || uid === 0 || gid === 0 || !home.startsWith('/')) return { kind: 'invalid', login };
  return {
    kind: 'user',
    record: {
      login,
      passwordHash: hash,
      uid,
      gid,
      gecos,
      home,
      uploadBandwidth: given(fields[6], readUint64),
      downloadBandwidth: given(fields[7], readUint64),
      uploadRatio: positive32(fields[8]),
      downloadRatio: positive32(fields[9]),
      maxSessions: positive32(fields[10]),
      maxFiles: given(fields[11], readUint64),
      maxSize: given(fields[12], readUint64),
      allowedLocal: fields[13],
      deniedLocal: fields[14],
      allowedClient: fields[15],
      deniedClient: fields[16],
      timeRange: given(fields[17], parseTimeRangeLeniently),
    },
  };
}

const COLON = 0x3a;

/**
 * Whether `bytes[start..end)` is surely the line of a user, without making a record of it: most lines are only passed by on
 * the way to another. `false` says nothing: ask `parseTextLine`.
 */
export function isPlainUser(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start] === 0x23) return false;
  let field = 0;
  let fieldStart = start;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === COLON) {
      // Login, hash, uid and gid must not be empty.
      if (at === fieldStart && field < 4) return false;
      field += 1;
      fieldStart = at + 1;
      if (field === 5) return bytes[fieldStart] === 0x2f && fieldStart < end;
    } else if (field === 2 || field === 3) {
      // Up to nine plain digits, the first not 0: no C number to work out.
      const isFirst = at === fieldStart;
      if (byte < (isFirst ? 0x31 : 0x30) || byte > 0x39 || at - fieldStart >= 9) return false;
    } else if (byte < 0x20) return false;
  }
  return false;
}

/**
 * The line of a record: all 18 fields and the newline.
 *
 * Only what would break the file is refused; whether the line is of use (an absolute home, a uid above 0) is for the
 * caller to ask.
 * @throws {PasswdFileError} `invalidRecord`: the login is empty or starts with `#`; a field has a colon, CR, LF or NUL;
 * the line would be longer than readers take (2,046 bytes).
 */
export function formatTextLine(record: UserRecord): Buffer {
  const refuse = (what: string): never => {
    throw new PasswdFileError('INVALID_RECORD', `user ${printableName(record.login)}: ${what}`);
  };
  if (record.login === '') refuse('a login cannot be empty');
  if (record.login.startsWith('#')) refuse('a line that starts with # is a comment');
  const fields = [
    record.login,
    record.passwordHash,
    record.uid,
    record.gid,
    record.gecos,
    record.home,
    record.uploadBandwidth,
    record.downloadBandwidth,
    record.uploadRatio,
    record.downloadRatio,
    record.maxSessions,
    record.maxFiles,
    record.maxSize,
    record.allowedLocal,
    record.deniedLocal,
    record.allowedClient,
    record.deniedClient,
    record.timeRange === undefined ? undefined : formatTimeRange(record.timeRange),
  ].map((field) => field?.toString() ?? '');
  for (const field of fields) {
    if (/[:\r\n\0]/.test(field)) refuse(`"${printableName(field)}" has a colon, CR, LF or NUL`);
  }
  const line = encodeName(`${fields.join(':')}\n`);
  if (line.length > MAX_LINE) refuse(`a line of ${line.length} bytes, readers take ${MAX_LINE}`);
  return line;
}
