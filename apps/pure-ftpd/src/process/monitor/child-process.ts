import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';

import { socketpair } from '@pure-ftpd/posix';

import { programAgain } from '../program-again.ts';
import type { Role } from '../role.ts';
import { Channel } from '../messages/channel.ts';
import { monitorCodec } from '../messages/codecs.ts';
import { MessageViolation } from '@pure-ftpd/server/internal';
import type { MessageToChild } from '../messages/to-child.ts';
import { eventsIn } from '../messages/to-monitor.ts';
import { RateLimit } from '../rate-limit.ts';

/** What a child says on standard error is kept up to this many characters; a crash says why there. */
const LAST_WORDS = 4096;

/** Messages of a child in a second, over a longer time, and at once: far more than it has to say. Each event is one. */
const MESSAGES_PER_SECOND = 50_000;
const MESSAGES_AT_ONCE = 200_000;

/** How long the messages of an ended child are still read, in milliseconds. They have arrived already. */
const HEARD_MS = 2000;

/** How a child ended. */
export interface ChildEnd {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of what it has said on standard error. */
  readonly lastWords: string;
}

export interface ChildEvents {
  /** A descriptor is the receiver's to close. What this throws breaks the channel. */
  message(message: unknown, descriptor: number | undefined): void;
  /** The channel has broken, because the child has broken the rules: the error says how. */
  violation(error: Error): void;
  /** The process is gone. */
  ended(end: ChildEnd): void;
}

/** A process that this one has started, and talks to. */
export class Child<Message extends MessageToChild> {
  readonly #process: ChildProcess;
  readonly #channel: Channel<Message>;

  /**
   * @param more Variables of the environment that it has besides.
   * @throws when no process can be started.
   */
  constructor(role: Role, events: ChildEvents, more: readonly string[] = []) {
    const pairs = [socketpair(), socketpair()] as const;
    const [[messages, theirMessages], [descriptors, theirDescriptors]] = pairs;
    const { words, environment } = programAgain(role, more);
    try {
      this.#process = spawn(process.execPath, words, {
        argv0: 'pure-ftpd',
        cwd: '/',
        env: environment,
        stdio: ['ignore', 'ignore', 'pipe', theirMessages, theirDescriptors],
      });
    } catch (error) {
      for (const descriptor of pairs.flat()) closeSync(descriptor);
      throw error;
    }
    const limit = new RateLimit(MESSAGES_PER_SECOND, MESSAGES_AT_ONCE);
    closeSync(theirMessages);
    closeSync(theirDescriptors);
    const heard = Promise.withResolvers<void>();
    this.#channel = new Channel({ messages, descriptors }, monitorCodec, {
      message: (message, descriptor) => {
        if (limit.take(eventsIn(message))) events.message(message, descriptor);
        else {
          if (descriptor !== undefined) closeSync(descriptor);
          throw new MessageViolation('too many messages');
        }
      },
      closed: (error) => {
        if (error !== undefined) events.violation(error);
        // Without a channel it is of no use; as a rule it has ended.
        if (error !== undefined) this.kill();
        heard.resolve();
      },
    });
    let lastWords = '';
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      lastWords = (lastWords + text).slice(-LAST_WORDS);
    });
    let isOver = false;
    const over = (status: number | null, signal: NodeJS.Signals | null): void => {
      if (isOver) return;
      isOver = true;
      // Not before all that it said has been heard: of an upload that its client knows to be complete, for instance.
      const timer = setTimeout(() => heard.resolve(), HEARD_MS);
      void heard.promise.then(() => {
        clearTimeout(timer);
        this.#channel.destroy();
        events.ended({ status, signal, lastWords });
      });
    };
    this.#process.once('error', (error) => {
      lastWords += error.message;
      over(null, null);
    });
    this.#process.once('close', over);
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** @param descriptor Closed here when it is sent, or cannot be. */
  send(message: Message, descriptor?: number): void {
    this.#channel.send(message, descriptor);
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }
}
