import { SyslogSender } from '@pure-ftpd/posix';

import type { LogEntry, LogTarget } from './log-entry.ts';
import { syslogFrame } from './syslog-frame.ts';

export interface SyslogOptions {
  readonly facility: number;
  /** Whether lines have the process id. */
  readonly withPid: boolean;
  /** `/dev/log` unless told. */
  readonly socket?: string;
}

/** The system's log, a datagram for each line. */
export class SyslogTarget implements LogTarget {
  readonly #options: SyslogOptions;
  readonly #sender: SyslogSender;

  constructor(options: SyslogOptions) {
    this.#options = options;
    this.#sender = new SyslogSender((count) => this.#frame(lostLines(count)), options.socket);
  }

  write(entry: LogEntry): void {
    if (entry.text === '') return;
    this.#sender.send(this.#frame(entry));
  }

  close(): void {
    this.#sender.close();
  }

  #frame(entry: LogEntry): Buffer {
    return syslogFrame(entry, this.#options.facility, this.#options.withPid);
  }
}

function lostLines(count: number): LogEntry {
  const text = `${count} lines of the log were lost`;
  return { time: Date.now(), pid: process.pid, level: 'WARNING', text, user: '?', host: '?' };
}
