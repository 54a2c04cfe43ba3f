import type { Who } from '../events/event.ts';
import type { LogEntry, LogTarget } from '../log/log.ts';
import type { Channel } from './messages/channel.ts';
import { EVENTS_LIMIT, LINE_LIMIT, type SentToMonitor, type ToldEvent } from './messages/to-monitor.ts';
import { RateLimit } from './rate-limit.ts';

/** Lines a process may write in a second, over a longer time, and at once: more than any use, less than the monitor bears. */
const LINES_PER_SECOND = 5000;
const BURST = 20_000;

/** How long what happened may wait for more of it, in milliseconds: each message costs the monitor a wake-up. */
const TOGETHER_MS = 5;

/** Characters of text that one message holds before it is sent. */
const TEXT_AT_ONCE = 8 * LINE_LIMIT;

type Line = Pick<LogEntry, 'level' | 'text'>;

/**
 * Tells the monitor what happens here, with the next message that somebody sends, or soon. The monitor knows who a session is: an event names the
 * session, and nobody else. Whoever makes too many lines of the log loses some, and is told of in one.
 */
export class EventChannel implements LogTarget {
  readonly #channel: Pick<Channel<SentToMonitor>, 'sendSoon'>;
  readonly #limit = new RateLimit(LINES_PER_SECOND, BURST);
  #events: ToldEvent[] = [];
  #characters = 0;
  #timer: NodeJS.Timeout | undefined;
  #isFlushDue = false;
  #lost = 0;

  constructor(channel: Pick<Channel<SentToMonitor>, 'sendSoon'>) {
    this.#channel = channel;
  }

  /**
   * Tells what happened in a session.
   * @param atOnce Nobody may lose it: a process that is killed right after has told it.
   */
  tell(event: ToldEvent, atOnce = false): void {
    this.#events.push(event);
    this.#characters += charactersOf(event);
    if (this.#events.length >= EVENTS_LIMIT || this.#characters >= TEXT_AT_ONCE) this.flush();
    else if (atOnce) this.#flushThisTurn();
    else this.#timer ??= setTimeout(() => this.flush(), TOGETHER_MS);
  }

  #flushThisTurn(): void {
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    process.nextTick(() => {
      this.#isFlushDue = false;
      this.flush();
    });
  }

  /** A line about a session. */
  line(who: Pick<Who, 'session' | 'user'> | undefined, { level, text }: Line): void {
    this.#line(level, text, who?.session, who !== undefined && who.user !== '?');
  }

  /** A line of the log of this process. */
  write({ level, text, user, session }: LogEntry): void {
    this.#line(level, text, session, user !== '?');
  }

  close(): void {
    this.flush();
  }

  /** Hands over what was told: whatever is said to the monitor next is about what comes after it. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#events.length === 0) return;
    const events = this.#events;
    this.#events = [];
    this.#characters = 0;
    this.#channel.sendSoon({ type: 'events', events });
  }

  #line(level: Line['level'], text: string, session: string | undefined, byUser: boolean): void {
    if (!this.#limit.take()) {
      this.#lost += 1;
      return;
    }
    if (this.#lost > 0) {
      this.#tellLine('WARNING', `${this.#lost} lines of the log were too many`, undefined, false);
      this.#lost = 0;
    }
    this.#tellLine(level, text, session, byUser);
  }

  #tellLine(level: Line['level'], text: string, session: string | undefined, byUser: boolean): void {
    this.tell({ type: 'line', session, byUser, level, text: text.slice(0, LINE_LIMIT) });
  }
}

/** Of the texts in it that may be long. */
function charactersOf(event: ToldEvent): number {
  if (event.type === 'line') return event.text.length;
  if (event.type === 'transferred') return event.path.length;
  return event.type === 'transferBegan' ? event.name.length : 0;
}
