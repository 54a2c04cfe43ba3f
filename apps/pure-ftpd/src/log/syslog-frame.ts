// What a syslog daemon is sent [altlog-stats §6.1].
import { syslogDatagram } from '@pure-ftpd/posix';

import { entryText, type Level, type LogEntry } from './log-entry.ts';

const SEVERITIES = {
  ERROR: 'error',
  WARNING: 'warning',
  NOTICE: 'notice',
  INFO: 'info',
  DEBUG: 'debug',
} as const satisfies Readonly<Record<Level, string>>;

/** Longer messages are cut: PATH_MAX and 511 bytes. */
const MAX_MESSAGE_BYTES = 4096 + 511;

/**
 * The datagram of a line: `<94>Nov 20 23:38:06 pure-ftpd: (?@host) [INFO] New connection from host`.
 * @param withPid Whether the tag has the process id (`-1`).
 */
export function syslogFrame(entry: LogEntry, facility: number, withPid: boolean): Buffer {
  const tag = withPid ? `pure-ftpd[${entry.pid}]` : 'pure-ftpd';
  const head = { facility, severity: SEVERITIES[entry.level], tag, time: entry.time };
  return syslogDatagram(head, entryText(entry).subarray(0, MAX_MESSAGE_BYTES));
}
