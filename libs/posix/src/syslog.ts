// The system's log: RFC 3164 §4.1 without the host name, as syslog(3) does it.

import { sendUnixDatagram } from './socket.ts';
import { isSystemCode } from './system-error.ts';

/** Where the system's log listens. */
export const SYSLOG_SOCKET = '/dev/log';

/** Messages that wait for a log that is busy or being restarted; those beyond are lost, and counted. */
const WAITING_LIMIT = 1000;

/** Milliseconds until what waits is tried again: at first, and at most, while nothing is taken. */
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 1000;

/** There is no log just now, or it has too much to do. */
const TEMPORARY = ['EAGAIN', 'ECONNREFUSED', 'ECONNRESET', 'ENOBUFS', 'ENOENT', 'ENOMEM', 'EMFILE', 'ENFILE'] as const;

const SEVERITIES = { error: 3, warning: 4, notice: 5, info: 6, debug: 7 } as const;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** What stands before a message. */
interface SyslogHead {
  /** A number of `syslog.h`, such as 11 for ftp. */
  readonly facility: number;
  readonly severity: keyof typeof SEVERITIES;
  /** The name of the program, perhaps with a process id: `pure-ftpd[123]`. */
  readonly tag: string;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** The datagram of a message: `<94>Nov 20 23:38:06 pure-ftpd: (?@host) [INFO] New connection from host`. */
export function syslogDatagram({ facility, severity, tag, time }: SyslogHead, message: Uint8Array): Buffer {
  const head = `<${facility * 8 + SEVERITIES[severity]}>${timestamp(time)} ${tag}: `;
  return Buffer.concat([Buffer.from(head), message]);
}

/** `Nov  5 23:38:06`: RFC 3164 §4.1.2 has a blank before one digit. Local time. */
function timestamp(ms: number): string {
  const date = new Date(ms);
  const day = `${MONTHS[date.getMonth()]} ${String(date.getDate()).padStart(2)}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

/** The other end. Each message is sent to whoever listens at that moment, so that a log that was restarted gets the next one; nobody ever waits for it. */
export class SyslogSender {
  readonly #socket: string;
  readonly #lostMessage: (count: number) => Buffer;
  #waiting: Buffer[] = [];
  #lost = 0;
  #timer: NodeJS.Timeout | undefined;
  #pause = FIRST_PAUSE_MS;

  /** @param lostMessage The datagram that tells how many were lost. */
  constructor(lostMessage: (count: number) => Buffer, socket = SYSLOG_SOCKET) {
    this.#lostMessage = lostMessage;
    this.#socket = socket;
  }

  send(datagram: Buffer): void {
    if (this.#waiting.length === 0 && this.#sendNow(datagram)) return;
    if (this.#waiting.length < WAITING_LIMIT) this.#waiting.push(datagram);
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
  #sendNow(datagram: Buffer): boolean {
    try {
      sendUnixDatagram(this.#socket, datagram);
      return true;
    } catch (error) {
      // A log that is out of our reach for good (EACCES, no native calls) is one that cannot be told so.
      return !TEMPORARY.some((code) => isSystemCode(error, code));
    }
  }

  #sendWaiting(): void {
    const left = this.#waiting.findIndex((datagram) => !this.#sendNow(datagram));
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
    const datagram = this.#lostMessage(this.#lost);
    this.#lost = 0;
    this.send(datagram);
  }
}

/** The facility `ftp` of `syslog.h`, where the server's lines go as well. */
const FTP = 11;

/** The system's log for a daemon of this name. Control characters would be lines of somebody else's. */
export function openSystemLog(name: string): (severity: 'info' | 'warning', text: string) => void {
  const datagram = (severity: 'info' | 'warning', text: string): Buffer =>
    syslogDatagram(
      { facility: FTP, severity, tag: `${name}[${process.pid}]`, time: Date.now() },
      Buffer.from(text.replaceAll(/[\0-\x1f\x7f]/g, '_')),
    );
  const sender = new SyslogSender((count) => datagram('warning', `${count} lines of the log were lost`));
  return (severity, text) => sender.send(datagram(severity, text));
}
