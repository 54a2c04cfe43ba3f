// What a syslog daemon is sent [altlog-stats §6.1]: RFC 3164 §4.1 without the host name, as syslog(3) does it.
import { entryText, type Level, type LogEntry } from './log-entry.ts';

/** The names of the C library, and their numbers. */
const FACILITIES: Readonly<Record<string, number>> = {
  kern: 0,
  user: 1,
  mail: 2,
  daemon: 3,
  auth: 4,
  security: 4,
  syslog: 5,
  lpr: 6,
  news: 7,
  uucp: 8,
  cron: 9,
  authpriv: 10,
  ftp: 11,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
  mark: 24,
};

const SEVERITIES: Readonly<Record<Level, number>> = { ERROR: 3, WARNING: 4, NOTICE: 5, INFO: 6, DEBUG: 7 };

/** The facility of the C server where none is asked for. */
export const DEFAULT_FACILITY = 11;

/** Longer messages are cut: PATH_MAX and 511 bytes. */
const MAX_MESSAGE_BYTES = 4096 + 511;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The number of a facility, by its name in any case; undefined when there is none. */
export function facilityNumber(name: string): number | undefined {
  const key = name.toLowerCase();
  return Object.hasOwn(FACILITIES, key) ? FACILITIES[key] : undefined;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

/** `Nov  5 23:38:06`: RFC 3164 §4.1.2 has a blank before one digit. Local time. */
function timestamp(ms: number): string {
  const date = new Date(ms);
  const day = `${MONTHS[date.getMonth()]} ${String(date.getDate()).padStart(2)}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/**
 * The datagram of a line: `<94>Nov 20 23:38:06 pure-ftpd: (?@host) [INFO] New connection from host`.
 * @param withPid Whether the tag has the process id (`-1`).
 */
export function syslogFrame(entry: LogEntry, facility: number, withPid: boolean): Buffer {
  const tag = withPid ? `pure-ftpd[${entry.pid}]:` : 'pure-ftpd:';
  const head = `<${facility * 8 + SEVERITIES[entry.level]}>${timestamp(entry.time)} ${tag} `;
  return Buffer.concat([Buffer.from(head), entryText(entry).subarray(0, MAX_MESSAGE_BYTES)]);
}
