// Lines of the C server's formats [altlog-stats §4].
import { encodeName, encodeText } from '@pure-ftpd/protocol';

import { clfDate, w3cDate, xferlogDate } from './log-dates.ts';
import { jsonLine } from './json-line.ts';
import type { TransferRecord } from './transfer-record.ts';

/** Every format there is; `json` is ours. */
export const TRANSFER_LOG_FORMATS = ['clf', 'stats', 'w3c', 'xferlog', 'json'] as const;

export type TransferLogFormat = (typeof TRANSFER_LOG_FORMATS)[number];

/** The bytes that stay as they are in a path of clf and w3c. */
const PLAIN = /[A-Za-z0-9./_-]/;

function percentEncoded(path: string): string {
  let text = '';
  for (const byte of encodeName(path)) {
    const character = String.fromCharCode(byte);
    text += PLAIN.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}

/** Blanks and control bytes as `_`: a field of xferlog ends at a blank. */
function withoutBlanks(path: string): string {
  return path.replace(/[\0-\x20\x7f]/g, '_');
}

/**
 * A path as it is, as the C server writes it in stats, but for two bytes: with a line break, whoever can make a file could make
 * a line of the log, and no path has a NUL.
 */
function onOneLine(path: string): string {
  return path.replace(/[\0\n]/g, '_');
}

/** A name of an account, without control bytes. */
function shownUser(user: string): string {
  return user.replace(/[\0-\x1f\x7f]/g, '_');
}

function hostField(host: string): string {
  return host === '' ? '-' : host.replace(/[^A-Za-z0-9.:-]/g, '_');
}

function userField(user: string): string {
  return user === '' ? '-' : shownUser(user);
}

function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}

function clf(transfer: TransferRecord): string {
  const verb = transfer.direction === 'download' ? 'GET' : 'PUT';
  const who = `${hostField(transfer.host)} - ${userField(transfer.user)}`;
  // As of HTTP, where nothing went wrong.
  const status = transfer.complete ? 200 : transfer.code;
  return `${who} [${clfDate(transfer.time)}] "${verb} ${percentEncoded(transfer.path)}" ${status} ${transfer.bytes}`;
}

/** An upload of which nothing is stored has no line: the format cannot say so, and its readers would count a file. */
function stats(transfer: TransferRecord): string | undefined {
  if (transfer.direction === 'upload' && !transfer.complete && transfer.bytes === 0) return undefined;
  const { startedAt, pid } = transfer.session;
  const session = `${wholeSeconds(startedAt).toString(16)}.${pid.toString(16)}`;
  const direction = transfer.direction === 'download' ? 'D' : 'U';
  return (
    `${wholeSeconds(transfer.time)} ${session} ${userField(transfer.user)} ${hostField(transfer.host)} ` +
    `${direction} ${transfer.bytes} ${Math.round(transfer.seconds)} ${onOneLine(transfer.path)}`
  );
}

function w3c(transfer: TransferRecord): string {
  const method = transfer.direction === 'download' ? '[]sent' : '[]created';
  const who = `${w3cDate(transfer.time)} ${hostField(transfer.host)}`;
  const status = transfer.complete ? 226 : transfer.code;
  return `${who} ${method} ${percentEncoded(transfer.path)} ${status} ${shownUser(transfer.user)} ${transfer.bytes}`;
}

function xferlog(transfer: TransferRecord): string {
  const direction = transfer.direction === 'download' ? 'o' : 'i';
  const type = transfer.type === 'ascii' ? 'a' : 'b';
  return (
    `${xferlogDate(transfer.time)} ${Math.round(transfer.seconds)} ${hostField(transfer.host)} ${transfer.bytes} ` +
    `${withoutBlanks(transfer.path)} ${type} _ ${direction} r ${userField(transfer.user)} ftp 1 * ${transfer.complete ? 'c' : 'i'}`
  );
}

const LINES: Readonly<Record<TransferLogFormat, (transfer: TransferRecord) => string | undefined>> = {
  clf,
  stats,
  w3c,
  xferlog,
  json: jsonLine,
};

/**
 * The line of a transfer, with its line break: always one line, whatever names are in it. The formats of the C server are
 * its own to the byte [altlog-stats §4], but for a line break in a name, which is `_`, and for what is incomplete: it has the
 * code of the reply, and `i` in xferlog.
 * @returns undefined where the format has no line for it.
 */
export function transferLine(format: TransferLogFormat, transfer: TransferRecord): Buffer | undefined {
  const line = LINES[format](transfer);
  return line === undefined ? undefined : encodeText(`${line}\n`);
}

/**
 * The lines at the beginning of a file of this format, each with its line break; only w3c has some.
 * @param software Program and version, such as `Pure-FTPd 1.0.50`.
 */
export function headerLines(format: TransferLogFormat, software: string, now: number): Buffer[] {
  if (format !== 'w3c') return [];
  const lines = [
    `#Software: ${software}`,
    '#Version: 1.0',
    `#Date: ${w3cDate(now)}`,
    '#Fields: date time c-ip cs-method cs-uri-stem sc-status cs-username sc-bytes',
  ];
  return lines.map((line) => Buffer.from(`${line}\n`));
}
