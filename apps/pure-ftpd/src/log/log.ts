import type { Level, LogEntry, LogTarget, Subject } from './log-entry.ts';

export type { Level, LogEntry, LogTarget, Subject } from './log-entry.ts';

const NOBODY: Subject = { user: '?', host: '?' };

/**
 * The log: a line for each thing that happened, `(user@host) [LEVEL] text`. What it is written to are its targets; in a
 * process that may not write it, a target that sends entries to one that may, and passes them to {@link forward}.
 */
export class Log {
  readonly #targets: readonly LogTarget[];

  constructor(targets: readonly LogTarget[]) {
    this.#targets = targets;
  }

  /** Writes a line of this process. */
  write(level: Level, text: string, subject: Subject = NOBODY): void {
    this.forward({ time: Date.now(), pid: process.pid, level, text, ...subject });
  }

  /** Writes a line that may be of another process. */
  forward(entry: LogEntry): void {
    for (const target of this.#targets) target.write(entry);
  }

  close(): void {
    for (const target of this.#targets) target.close();
  }
}
