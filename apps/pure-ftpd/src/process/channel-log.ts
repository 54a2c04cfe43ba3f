import type { LogEntry, LogTarget } from '../log/log.ts';
import type { Channel } from './messages/channel.ts';
import type { SentToMonitor } from './messages/to-monitor.ts';

/** Lines a process may write in a second, over a longer time; a few thousand at once are fine. */
const LINES_PER_SECOND = 500;
const BURST = 4000;

/** Longest text, user and host of a line, as the monitor takes them. */
const TEXT_LIMIT = 16_384;
const USER_LIMIT = 512;
const HOST_LIMIT = 255;

/** A log that is written by the monitor. Whoever makes too many lines loses some, and is told of in one. */
export class ChannelLog implements LogTarget {
  readonly #channel: Channel<SentToMonitor>;
  #allowed = BURST;
  #refilledAt = performance.now();
  #lost = 0;

  constructor(channel: Channel<SentToMonitor>) {
    this.#channel = channel;
  }

  write({ level, text, user, host }: LogEntry): void {
    const now = performance.now();
    this.#allowed = Math.min(BURST, this.#allowed + ((now - this.#refilledAt) / 1000) * LINES_PER_SECOND);
    this.#refilledAt = now;
    if (this.#allowed < 1) {
      this.#lost += 1;
      return;
    }
    this.#allowed -= 1;
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
    this.#channel.send({
      type: 'log',
      level,
      text: text.slice(0, TEXT_LIMIT),
      user: user.slice(0, USER_LIMIT),
      host: host.slice(0, HOST_LIMIT),
    });
  }
}
