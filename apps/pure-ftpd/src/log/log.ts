import { closeSync, openSync } from 'node:fs';

import { writeAll } from '@pure-ftpd/cli';
import { encodeText, replaceControls } from '@pure-ftpd/protocol';

/** As the C server writes them [server-options §7.1]. */
export type Level = 'DEBUG' | 'INFO' | 'NOTICE' | 'WARNING' | 'ERROR';

/** Who a line is about. */
export interface Subject {
  /** `?` until somebody has logged in. */
  readonly user: string;
  readonly host: string;
}

const NOBODY: Subject = { user: '?', host: '?' };

/**
 * The log: a line for each thing that happened, `(user@host) [LEVEL] text`. On standard error as it is, in a file behind
 * the time and the process id.
 */
export class Log {
  #descriptor: number;
  readonly #stamped: boolean;

  private constructor(descriptor: number, stamped: boolean) {
    this.#descriptor = descriptor;
    this.#stamped = stamped;
  }

  static toStandardError(): Log {
    return new Log(2, false);
  }

  /**
   * A log that is appended to a file. Open it while that is permitted.
   * @throws NodeJS.ErrnoException
   */
  static toFile(path: string): Log {
    return new Log(openSync(path, 'a', 0o640), true);
  }

  /** Writes a line. A log that cannot be written (a full disk) does not end the service. */
  write(level: Level, text: string, subject: Subject = NOBODY): void {
    if (this.#descriptor === -1) return;
    const line = `(${subject.user}@${subject.host}) [${level}] ${replaceControls(text)}\n`;
    const stamp = this.#stamped ? `${new Date().toISOString()} pure-ftpd[${process.pid}]: ` : '';
    try {
      writeAll(this.#descriptor, encodeText(stamp + line));
    } catch {
      // There is nowhere to say it.
    }
  }

  close(): void {
    if (this.#stamped && this.#descriptor !== -1) closeSync(this.#descriptor);
    this.#descriptor = -1;
  }
}
