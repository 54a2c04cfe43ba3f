import type { LogEntry, LogTarget } from '../log/log.ts';
import type { Channel } from './messages/channel.ts';
import type { SentToMonitor } from './messages/to-monitor.ts';
import { RateLimit } from './rate-limit.ts';

/** Lines a process may write in a second, over a longer time, and at once: more than any use, less than the monitor bears. */
const LINES_PER_SECOND = 5000;
const BURST = 20_000;

/** Longest text of a line, as the monitor takes it. */
const TEXT_LIMIT = 16_384;

/** A log that is written by the monitor, which knows who a session is: a line names the session, and nobody else. Whoever makes too many lines loses some, and is told of in one. */
export class ChannelLog implements LogTarget {
  readonly #channel: Channel<SentToMonitor>;
  readonly #limit = new RateLimit(LINES_PER_SECOND, BURST);
  #lost = 0;

  constructor(channel: Channel<SentToMonitor>) {
    this.#channel = channel;
  }

  write({ level, text, user, session }: LogEntry): void {
    if (!this.#limit.take()) {
      this.#lost += 1;
      return;
    }
    if (this.#lost > 0) {
      this.#send('WARNING', `${this.#lost} lines of the log were too many`);
      this.#lost = 0;
    }
    this.#send(level, text, session, user !== '?');
  }

  close(): void {
    return;
  }

  #send(level: LogEntry['level'], text: string, session?: string, byUser = false): void {
    this.#channel.sendSoon({ type: 'log', session, byUser, level, text: text.slice(0, TEXT_LIMIT) });
  }
}
