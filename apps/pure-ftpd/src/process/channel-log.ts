import type { LogEntry, LogTarget } from '../log/log.ts';
import type { Channel } from './messages/channel.ts';
import type { SentToMonitor } from './messages/to-monitor.ts';
import { RateLimit } from './rate-limit.ts';

/** Lines a process may write in a second, over a longer time, and at once: more than any use, less than the monitor bears. */
const LINES_PER_SECOND = 5000;
const BURST = 20_000;

/** Longest text, user and host of a line, as the monitor takes them. */
const TEXT_LIMIT = 16_384;
const USER_LIMIT = 512;
const HOST_LIMIT = 255;

/** A log that is written by the monitor. Whoever makes too many lines loses some, and is told of in one. */
export class ChannelLog implements LogTarget {
  readonly #channel: Channel<SentToMonitor>;
  readonly #limit = new RateLimit(LINES_PER_SECOND, BURST);
  #lost = 0;

  constructor(channel: Channel<SentToMonitor>) {
    this.#channel = channel;
  }

  write({ level, text, user, host }: LogEntry): void {
    if (!this.#limit.take()) {
      this.#lost += 1;
      return;
    }
    if (this.#lost > 0) {
      this.#send('WARNING', `${this.#lost} lines of the log were too many`, '?', '?');
      this.#lost = 0;
    }
    this.#send(level, text, user, host);
  }

  close(): void {
    return;
  }

  #send(level: LogEntry['level'], text: string, user: string, host: string): void {
    this.#channel.sendSoon({
      type: 'log',
      level,
      text: text.slice(0, TEXT_LIMIT),
      user: user.slice(0, USER_LIMIT),
      host: host.slice(0, HOST_LIMIT),
    });
  }
}
