import { closeSync } from 'node:fs';

import { duplicateDescriptor } from '@pure-ftpd/posix';
import { messageOf } from '@pure-ftpd/protocol';
import { MessageViolation } from '@pure-ftpd/server/internal';

import type { EventTeller } from '../../events/event.ts';
import type { Log } from '../../log/log.ts';
import type { Reading } from '../../metrics/metrics-http.ts';
import { type NewIdentity, verifyRights } from '../become.ts';
import type { MessageToMetrics } from '../messages/to-child.ts';
import { admitOrClose, type SenderState } from '../messages/to-monitor.ts';
import { logEnd } from '../monitor/child-log.ts';
import { Child } from '../monitor/child-process.ts';
import { CrashGuard } from '../crash-guard.ts';
import { RateLimit } from '../rate-limit.ts';

/** How often the numbers may be asked for in a second, over a longer time, and at once: twice what the process does. */
const QUESTIONS_PER_SECOND = 10;
const BURST = 50;

/** What the process is made of. */
export interface MetricsProcessOptions {
  /** The socket on which it listens; the caller closes it. */
  readonly descriptor: number;
  /** Whom it becomes; undefined for who this process is. */
  readonly identity: NewIdentity | undefined;
  readonly log: Log;
  readonly events: EventTeller;
  readonly read: () => Reading;
}

/** The process that serves metrics, as the server has it: one at a time, started again when it ends. */
export class MetricsProcess implements SenderState<'metrics'> {
  readonly role = 'metrics';
  readonly #options: MetricsProcessOptions;
  readonly #crashes = new CrashGuard();
  #limit = new RateLimit(QUESTIONS_PER_SECOND, BURST);
  #child: Child<MessageToMetrics> | undefined;
  #isReady = false;
  #isClosing = false;
  #restart: NodeJS.Timeout | undefined;

  constructor(options: MetricsProcessOptions) {
    this.#options = options;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** It knows of no session. */
  phaseOf(): 'unknown' {
    return 'unknown';
  }

  connectionOf(): undefined {
    return undefined;
  }

  /** Starts it, and again when it has ended. Nobody waits for it. */
  start(): void {
    try {
      this.#startChild();
    } catch (error) {
      this.#options.log.write('ERROR', `the process of metrics cannot be started: ${messageOf(error)}`);
      this.#startLater(0);
    }
  }

  /** Ends it at once: there is nothing that it could lose. */
  kill(): void {
    this.#isClosing = true;
    clearTimeout(this.#restart);
    this.#child?.kill();
  }

  #startChild(): void {
    const { log, events, descriptor, identity } = this.#options;
    this.#isReady = false;
    this.#limit = new RateLimit(QUESTIONS_PER_SECOND, BURST);
    const startedAt = performance.now();
    const child: Child<MessageToMetrics> = new Child('metrics', {
      message: (raw, received) => this.#receive(raw, received),
      violation: (error) =>
        log.write('ERROR', `the process of metrics has broken the rules, and ends: ${error.message}`),
      ended: (end) => {
        this.#child = undefined;
        if (this.#isClosing) return;
        logEnd(log, `the process of metrics ${child.pid}`, end, 0);
        events.tell(undefined, { type: 'crashed', process: 'metrics' });
        this.#startLater(performance.now() - startedAt);
      },
    });
    this.#child = child;
    child.send({ type: 'startMetrics', monitor: process.pid, identity }, duplicateDescriptor(descriptor));
  }

  #startLater(lifetime: number): void {
    this.#crashes.crashed('metrics', lifetime);
    this.#restart = setTimeout(() => {
      if (!this.#isClosing) this.start();
    }, this.#crashes.wait('metrics'));
    this.#restart.unref();
  }

  #receive(raw: unknown, descriptor: number | undefined): void {
    const message = admitOrClose(this, raw, descriptor);
    if (descriptor !== undefined) closeSync(descriptor);
    const { identity, read } = this.#options;
    if (message.type === 'ready') {
      // What it says of itself is not taken for granted.
      if (identity !== undefined) verifyRights(this.#child?.pid ?? 0, identity);
      this.#isReady = true;
      return;
    }
    if (!this.#limit.take()) throw new MessageViolation('collect: too often');
    this.#child?.send({ type: 'numbers', ...read() });
  }
}
