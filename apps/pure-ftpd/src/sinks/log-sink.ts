import type { ServerEvent, Sink } from '../events/event.ts';
import type { Level, Log, LogEntry } from '../log/log.ts';

/** Writes what sessions say into the log, and in a log as JSON what happens in them, too. */
export class LogSink implements Sink {
  readonly name = 'log';
  readonly #log: Log;
  readonly #hasEvents: boolean;

  /** @param hasEvents Whether what has no words is written as well. */
  constructor(log: Log, hasEvents = false) {
    this.#log = log;
    this.#hasEvents = hasEvents;
  }

  hear(event: ServerEvent): void {
    if (event.type === 'line') this.#write(event, event.level, event.text);
    else if (event.type === 'introduced') this.#introduced(event);
    else if (this.#hasEvents) {
      const told = happened(event);
      if (told !== undefined) this.#write(event, told.level, '', { event: event.type, fields: told.fields });
    }
  }

  /** As the C server: nobody is known yet. */
  #introduced(event: ServerEvent): void {
    const { who, time, pid } = event;
    const host = who?.host ?? '?';
    const text = `New connection from ${host}`;
    this.#log.forward({ ...clientOf(who), time, pid, level: 'INFO', text, user: '?', host, event: event.type });
  }

  #write({ time, pid, who }: ServerEvent, level: Level, text: string, more: Partial<LogEntry> = {}): void {
    const { user = '?', host = '?' } = who ?? {};
    this.#log.forward({ ...clientOf(who), time, pid, level, text, user, host, ...more });
  }
}

/** What another process, or a reader of JSON, knows a session by. */
function clientOf(who: ServerEvent['who']): { readonly session?: string; readonly address?: string } {
  return who === undefined ? {} : { session: who.session, address: who.remoteAddress };
}

/** What is written of an event that has no words; undefined for what is not: where a transfer is from second to second. */
function happened(event: ServerEvent): Required<Pick<LogEntry, 'level' | 'fields'>> | undefined {
  switch (event.type) {
    case 'arrived': {
      const { remotePort = 0, localAddress = '', localPort = 0, proxy } = event.who ?? {};
      const via = proxy === undefined ? {} : { proxy: proxy.address };
      return { level: 'INFO', fields: { port: remotePort, localAddress, localPort, ...via } };
    }
    case 'loggedIn':
      return { level: 'INFO', fields: { account: event.who?.account ?? '?' } };
    case 'loginRefused':
    case 'violated':
      return { level: 'WARNING', fields: {} };
    case 'transferred': {
      const { direction, path, bytes, milliseconds, transferType, complete, code, encrypted } = event;
      const fields = { direction, path, bytes, milliseconds, transferType, complete, code, tls: encrypted };
      return { level: 'INFO', fields };
    }
    case 'loggedOut':
      return { level: 'INFO', fields: {} };
    case 'left':
      return { level: 'INFO', fields: { milliseconds: event.time - (event.who?.startedAt ?? event.time) } };
    case 'idle':
    case 'introduced':
    case 'line':
    case 'progress':
    case 'served':
    case 'transferBegan':
    // These have words of their own.
    case 'judged':
    case 'turnedAway':
    case 'storageFull':
    case 'crashed':
      return undefined;
    default:
      return event satisfies never;
  }
}
