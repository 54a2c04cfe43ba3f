// The process that serves metrics: it has no rights, sees no files where it was started as root, and knows nothing but numbers.
import { dieWithParent, setDumpable } from '@pure-ftpd/posix';

import { checkNumbers } from '../../metrics/check-numbers.ts';
import { metricsServer, type Reading } from '../../metrics/metrics-http.ts';
import { becomeForGood } from '../become.ts';
import { leaveFiles } from '../leave-files.ts';
import type { MessageToMetrics, ToChild } from '../messages/to-child.ts';
import { drop, type MonitorLink, openMonitorLink } from '../monitor-link.ts';

const MESSAGES = ['startMetrics', 'numbers'] as const;

/** For how long numbers are as good as new, in milliseconds: who asks in a loop costs the server no more than that. */
const FRESH_MS = 200;

/** How long the server may take to say its numbers, in milliseconds. */
const ANSWER_MS = 2000;

/** Runs the process until the server wants it no more. */
export function runMetrics(): void {
  let readings: Readings | undefined;
  openMonitorLink(MESSAGES, (link, message: MessageToMetrics, descriptor) => {
    if (message.type === 'startMetrics' && descriptor !== undefined) readings = start(link, message, descriptor);
    else {
      drop(descriptor);
      if (message.type === 'numbers') readings?.heard(message);
    }
  });
}

function start(link: MonitorLink, { identity, monitor }: ToChild<'startMetrics'>, descriptor: number): Readings {
  const readings = new Readings(() => link.send({ type: 'collect' }));
  const server = metricsServer(() => readings.read());
  if (identity === undefined) {
    setDumpable(false);
    if (!dieWithParent(monitor)) throw new Error('the server is gone');
  } else {
    // A container may forbid it, which the gate has told the log.
    leaveFiles('pure-ftpd-metrics-');
    becomeForGood(identity, monitor);
  }
  server.listen({ fd: descriptor }, () => link.send({ type: 'ready' }));
  // An accept that fails (too many descriptors) costs that connection.
  server.on('error', (error) => {
    if (!server.listening) throw error;
  });
  return readings;
}

/** The numbers of the server, asked for when somebody wants them, once for all who do. */
class Readings {
  readonly #ask: () => void;
  #last: { readonly reading: Reading; readonly at: number } | undefined;
  #waiting: PromiseWithResolvers<Reading> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(ask: () => void) {
    this.#ask = ask;
  }

  /** @throws when the server does not answer. */
  async read(): Promise<Reading> {
    if (this.#last !== undefined && performance.now() - this.#last.at < FRESH_MS) return this.#last.reading;
    if (this.#waiting !== undefined) return this.#waiting.promise;
    const waiting = Promise.withResolvers<Reading>();
    this.#waiting = waiting;
    this.#timer = setTimeout(() => {
      this.#waiting = undefined;
      waiting.reject(new Error('no answer'));
    }, ANSWER_MS);
    this.#ask();
    return waiting.promise;
  }

  heard({ numbers, isServing }: ToChild<'numbers'>): void {
    const reading = { numbers: checkNumbers(numbers), isServing };
    clearTimeout(this.#timer);
    this.#last = { reading, at: performance.now() };
    this.#waiting?.resolve(reading);
    this.#waiting = undefined;
  }
}
