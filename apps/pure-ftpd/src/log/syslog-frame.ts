// What a syslog daemon is sent [altlog-stats §6.1]: RFC 3164 §4.1 without the host name, as syslog(3) does it.
import { entryText, type Level, type LogEntry } from './log-entry.ts';

const SEVERITIES: Readonly<Record<Level, number>> = { ERROR: 3, WARNING: 4, NOTICE: 5, INFO: 6, DEBUG: 7 };

/** Longer messages are cut: PATH_MAX and 511 bytes. */
const MAX_MESSAGE_BYTES = 4096 + 511;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

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
