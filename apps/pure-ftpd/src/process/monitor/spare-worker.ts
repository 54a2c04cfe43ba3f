import type { Configuration } from '@pure-ftpd/options';
import { errorText } from '@pure-ftpd/server/internal';

import type { Log } from '../../log/log.ts';
import type { MessageToWorker } from '../messages/to-child.ts';
import { admitOrClose, type SenderState } from '../messages/to-monitor.ts';
import { Child, type ChildEvents } from './child-process.ts';
import { logEnd } from './child-log.ts';
import { gateIdentity } from './gate-identity.ts';
import { PracticeFolder } from './practice-folder.ts';

export interface SpareEvents {
  /** It may be taken. */
  prepared(): void;
  /** It is gone before anybody has taken it. */
  ended(): void;
}

/**
 * A process that may become a worker, as the monitor has it: it has no identity yet. What it says is heard by nobody but this, and is
 * one word. Once it is taken it is a worker as any other.
 */
export class SpareWorker implements SenderState<'spare'> {
  readonly role = 'spare';
  readonly #child: Child<MessageToWorker>;
  readonly #log: Log;
  readonly #folder: PracticeFolder;
  #heardBy: ChildEvents;
  #isReady = false;
  #isClosing = false;

  /** @throws when no process can be started, or it would have no place to practise. */
  constructor(configuration: Configuration, log: Log, events: SpareEvents) {
    this.#log = log;
    const identity = gateIdentity();
    this.#folder = new PracticeFolder(identity);
    this.#heardBy = {
      message: (raw, descriptor) => {
        admitOrClose(this, raw, descriptor);
        this.#isReady = true;
        this.#removeFolder();
        events.prepared();
      },
      violation: (error) =>
        log.write('ERROR', `spare worker ${this.pid} has broken the rules, and ends: ${error.message}`),
      ended: (end) => {
        this.#removeFolder();
        // It has met nobody, and its words are for nobody.
        if (!this.#isClosing) logEnd(log, `spare worker ${this.pid}`, { ...end, lastWords: '' }, 0);
        events.ended();
      },
    };
    try {
      this.#child = new Child('worker', {
        message: (raw, descriptor) => this.#heardBy.message(raw, descriptor),
        violation: (error) => this.#heardBy.violation(error),
        ended: (end) => this.#heardBy.ended(end),
      });
    } catch (error) {
      this.#removeFolder();
      throw error;
    }
    this.#child.send({ type: 'prepare', monitor: process.pid, configuration, identity, folder: this.#folder.path });
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Whether it has said that it is prepared. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** It has no session. */
  phaseOf(): 'unknown' {
    return 'unknown';
  }

  connectionOf(): undefined {
    return undefined;
  }

  /** Gives the process away: who takes it hears it from now on. */
  take(events: ChildEvents): Child<MessageToWorker> {
    this.#heardBy = events;
    return this.#child;
  }

  kill(): void {
    this.#isClosing = true;
    this.#child.kill();
  }

  #removeFolder(): void {
    try {
      this.#folder.remove();
    } catch (error) {
      this.#log.write(
        'WARNING',
        `${this.#folder.path}, where a spare worker has practised, stays: ${errorText(error)}`,
      );
    }
  }
}
