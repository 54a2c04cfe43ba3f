// The log as text: on standard error, or in a file.
import { closeSync, fstatSync, openSync, statSync } from 'node:fs';

import { writeAll } from '@pure-ftpd/cli';

import { jsonEntry } from './json-entry.ts';
import { entryText, type LogEntry, type LogTarget } from './log-entry.ts';

/** How often it is looked whether the file was moved away, in milliseconds. */
const ROTATION_CHECK_MS = 1000;

/** How lines are written: the words of the C server, or an object of JSON for each. */
export type LogFormat = 'text' | 'json';

/** Lines behind the time, unless the system's journal reads them, which has the time of each. */
export class StandardErrorTarget implements LogTarget {
  readonly #format: LogFormat;
  readonly #isForJournal = process.env['JOURNAL_STREAM'] !== undefined;

  constructor(format: LogFormat = 'text') {
    this.#format = format;
  }

  write(entry: LogEntry): void {
    const stamp = this.#isForJournal ? '' : `${new Date(entry.time).toISOString()} `;
    writeEntry(2, entry, this.#format, stamp);
  }

  close(): void {
    return;
  }
}

/** Lines behind the time and the process id, or as JSON, appended to a file, which is opened again when it was moved away. */
export class FileTarget implements LogTarget {
  readonly #path: string;
  readonly #format: LogFormat;
  #descriptor: number;
  #checked = performance.now();

  /**
   * Opens the file. Do it while that is permitted.
   * @throws NodeJS.ErrnoException
   */
  constructor(path: string, format: LogFormat = 'text') {
    this.#path = path;
    this.#format = format;
    this.#descriptor = openLog(path);
  }

  write(entry: LogEntry): void {
    if (this.#descriptor === -1) return;
    if (performance.now() - this.#checked > ROTATION_CHECK_MS) this.#follow();
    const stamp = `${new Date(entry.time).toISOString()} pure-ftpd[${entry.pid}]: `;
    writeEntry(this.#descriptor, entry, this.#format, stamp);
  }

  close(): void {
    if (this.#descriptor === -1) return;
    closeSync(this.#descriptor);
    this.#descriptor = -1;
  }

  #follow(): void {
    this.#checked = performance.now();
    try {
      if (isSame(this.#path, this.#descriptor)) return;
      const descriptor = openLog(this.#path);
      closeSync(this.#descriptor);
      this.#descriptor = descriptor;
    } catch {
      // No longer permitted, or no folder any more: the file that is open goes on being written.
    }
  }
}

function openLog(path: string): number {
  return openSync(path, 'a', 0o640);
}

function isSame(path: string, descriptor: number): boolean {
  const named = statSync(path, { bigint: true, throwIfNoEntry: false });
  const opened = fstatSync(descriptor, { bigint: true });
  return named !== undefined && named.dev === opened.dev && named.ino === opened.ino;
}

/** @param stamp What a line of text begins with. */
function writeEntry(descriptor: number, entry: LogEntry, format: LogFormat, stamp: string): void {
  if (format === 'json') writeText(descriptor, jsonEntry(entry));
  else if (entry.text !== '') writeText(descriptor, entryText(entry, stamp, '\n'));
}

function writeText(descriptor: number, text: Buffer): void {
  try {
    writeAll(descriptor, text);
  } catch {
    // There is nowhere to say it: a full disk must not end the service.
  }
}
