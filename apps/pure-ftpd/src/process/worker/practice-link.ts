import type { SentToMonitor, ToldEvent } from '../messages/to-monitor.ts';
import { drop, linkOver, type MonitorLink, type Speaker } from '../monitor-link.ts';

/** Nobody. */
const SILENCE: Speaker = {
  send: (_message, descriptor) => drop(descriptor),
  sendSoon: () => undefined,
  sendLater: () => undefined,
  end: () => undefined,
};

/**
 * Where a spare worker says what it says: to itself while it practises, to the monitor once it has an identity. Of the sessions that
 * it has practised with the monitor hears nothing, however late something is said of them.
 */
export class PracticeLink implements Speaker {
  /** What sessions say. */
  readonly link: MonitorLink = linkOver(this);
  /** Sessions of the practice. */
  readonly #sessions = new Set<string>();
  #to: Speaker = SILENCE;
  #isPractising = true;

  /** What is said until the end of the practice goes to the process itself. */
  practise(own: Speaker): void {
    this.#to = own;
  }

  /** A session of the practice begins. */
  began(session: string): void {
    this.#sessions.add(session);
  }

  /** The practice is over: nobody is spoken to any more. */
  silence(): void {
    this.link.events.flush();
    this.#to = SILENCE;
    this.#isPractising = false;
  }

  /** Speaks to the monitor from now on. */
  join(monitor: Speaker): MonitorLink {
    this.silence();
    this.#to = monitor;
    return this.link;
  }

  send(message: SentToMonitor, descriptor?: number): void {
    const said = this.#withoutPractice(message);
    if (said === undefined) drop(descriptor);
    else this.#to.send(said, descriptor);
  }

  sendSoon(message: SentToMonitor): void {
    const said = this.#withoutPractice(message);
    if (said !== undefined) this.#to.sendSoon(said);
  }

  sendLater(message: SentToMonitor): void {
    const said = this.#withoutPractice(message);
    if (said !== undefined) this.#to.sendLater(said);
  }

  end(): void {
    this.#to.end();
  }

  /** What the monitor may hear of a message. */
  #withoutPractice(message: SentToMonitor): SentToMonitor | undefined {
    if (this.#isPractising) return message;
    if (message.type !== 'events')
      return 'session' in message && this.#isStrange(message.session) ? undefined : message;
    if (!message.events.some((event) => this.#isStrange(sessionOf(event)))) return message;
    const events = message.events.filter((event) => !this.#isStrange(sessionOf(event)));
    return events.length === 0 ? undefined : { type: 'events', events };
  }

  #isStrange(session: string | undefined): boolean {
    return session !== undefined && this.#sessions.has(session);
  }
}

/** Whom an event is about; undefined where it is about nobody. */
function sessionOf(event: ToldEvent): string | undefined {
  return 'session' in event ? event.session : undefined;
}
