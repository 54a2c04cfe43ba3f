import { isSystemCode, sendUnixDatagram } from '@pure-ftpd/posix';

import type { LogEntry, LogTarget } from './log-entry.ts';
import { syslogFrame } from './syslog-frame.ts';

/** Where the system's log listens. */
export const SYSLOG_SOCKET = '/dev/log';

/** Lines that wait for a log that is busy or being restarted; those beyond are lost, and counted. */
const WAITING_LIMIT = 1000;

/** Milliseconds until what waits is tried again: at first, and at most, while nothing is taken. */
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 1000;

/** There is no log just now, or it has too much to do. */
const TEMPORARY = ['EAGAIN', 'ECONNREFUSED', 'ECONNRESET', 'ENOBUFS', 'ENOENT', 'ENOMEM', 'EMFILE', 'ENFILE'] as const;

export interface SyslogOptions {
  readonly facility: number;
  /** Whether lines have the process id. */
  readonly withPid: boolean;
  /** {@link SYSLOG_SOCKET} unless told. */
  readonly socket?: string;
}

/**
 * The system's log. Each line is sent to whoever listens at that moment, so that a log that was restarted gets the next
 * one; nobody ever waits for it.
 */
export class SyslogTarget implements LogTarget {
  readonly #options: SyslogOptions;
  readonly #socket: string;
  #waiting: LogEntry[] = [];
  #lost = 0;
  #timer: NodeJS.Timeout | undefined;
  #pause = FIRST_PAUSE_MS;

  constructor(options: SyslogOptions) {
    this.#options = options;
    this.#socket = options.socket ?? SYSLOG_SOCKET;
  }

  write(entry: LogEntry): void {
    if (this.#waiting.length === 0 && this.#send(entry)) return;
    if (this.#waiting.length < WAITING_LIMIT) this.#waiting.push(entry);
    else this.#lost += 1;
    this.#tryLater();
  }

  /** What waits is tried once more; what cannot be sent then is lost. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sendWaiting();
    this.#waiting = [];
  }

  /** @returns false when it should be tried again. */
  #send(entry: LogEntry): boolean {
    const { facility, withPid } = this.#options;
    try {
      sendUnixDatagram(this.#socket, syslogFrame(entry, facility, withPid));
      return true;
    } catch (error) {
      // A log that is out of our reach for good (EACCES, no native calls) is one that cannot be told so.
      return !TEMPORARY.some((code) => isSystemCode(error, code));
    }
  }

  #sendWaiting(): void {
    const left = this.#waiting.findIndex((entry) => !this.#send(entry));
    this.#waiting = left === -1 ? [] : this.#waiting.slice(left);
  }

  #tryLater(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const before = this.#waiting.length;
      this.#sendWaiting();
      // A receiver that takes some lines is slow, not gone.
      const isAway = this.#waiting.length === before;
      this.#pause = isAway ? Math.min(this.#pause * 2, LONGEST_PAUSE_MS) : FIRST_PAUSE_MS;
      if (this.#waiting.length > 0) this.#tryLater();
      else this.#tellLost();
    }, this.#pause).unref();
  }

  #tellLost(): void {
    if (this.#lost === 0) return;
    const text = `${this.#lost} lines of the log were lost`;
    this.#lost = 0;
    this.write({ time: Date.now(), pid: process.pid, level: 'WARNING', text, user: '?', host: '?' });
  }
}
