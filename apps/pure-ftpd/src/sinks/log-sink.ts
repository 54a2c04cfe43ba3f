import type { ServerEvent, Sink } from '../events/event.ts';
import type { Log } from '../log/log.ts';

/** Writes what sessions say into the log. */
export class LogSink implements Sink {
  readonly name = 'log';
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  hear(event: ServerEvent): void {
    const { time, pid, who } = event;
    const host = who?.host ?? '?';
    if (event.type === 'line')
      this.#log.forward({ time, pid, level: event.level, text: event.text, user: who?.user ?? '?', host });
    else if (event.type === 'introduced')
      this.#log.forward({ time, pid, level: 'INFO', text: `New connection from ${host}`, user: '?', host });
  }
}
