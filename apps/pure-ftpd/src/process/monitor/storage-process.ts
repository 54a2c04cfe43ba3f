import { closeSync } from 'node:fs';

import type { StorageMount } from '@pure-ftpd/options';
import { socketpair } from '@pure-ftpd/posix';
import { messageOf } from '@pure-ftpd/protocol';

import type { EventTeller } from '../../events/event.ts';
import type { Log } from '../../log/log.ts';
import { type NewIdentity, verifyRights } from '../become.ts';
import type { MessageToStorage } from '../messages/to-child.ts';
import { admitOrClose, type SenderState } from '../messages/to-monitor.ts';
import { logEnd } from './child-log.ts';
import { Child } from './child-process.ts';
import { CrashGuard } from '../crash-guard.ts';

/** Where the SDK looks for credentials, and whom it trusts. */
const VARIABLES = /^(?:AWS_\w+|HOME|NODE_EXTRA_CA_CERTS)$/;

/** What the process is made of. */
export interface StorageProcessOptions {
  readonly mount: StorageMount;
  readonly identity: NewIdentity;
  readonly log: Log;
  readonly events: EventTeller;
  /** It has ended unasked: what these sessions had of it is gone. */
  readonly lost: (sessions: readonly string[]) => void;
}

/** The process with the credentials of a mount, as the monitor has it: one at a time, started again when it ends. */
export class StorageProcess implements SenderState<'storage'> {
  readonly role = 'storage';
  readonly #options: StorageProcessOptions;
  readonly #crashes = new CrashGuard();
  readonly #sessions = new Set<string>();
  #child: Child<MessageToStorage> | undefined;
  #isReady = false;
  #isClosing = false;
  #restart: NodeJS.Timeout | undefined;

  constructor(options: StorageProcessOptions) {
    this.#options = options;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** It speaks of no session. */
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
      this.#options.log.write('ERROR', `the process of ${this.#name} cannot be started: ${messageOf(error)}`);
      this.#startLater(0);
    }
  }

  /**
   * Lets a session do what it may in its home.
   * @param prefix What all keys of the home begin with: by the book.
   * @returns The worker's end of the connection; undefined while there is no process.
   */
  open(session: string, prefix: string): number | undefined {
    if (this.#child === undefined) return undefined;
    const [ours, theirs] = socketpair();
    this.#sessions.add(session);
    this.#child.send({ type: 'home', session, prefix }, ours);
    return theirs;
  }

  /** A session is over: its connection ends, whoever has the other end. */
  leave(session: string): void {
    if (this.#sessions.delete(session)) this.#child?.send({ type: 'leave', session });
  }

  /** Ends it at once. */
  kill(): void {
    this.#isClosing = true;
    clearTimeout(this.#restart);
    this.#child?.kill();
  }

  get #name(): string {
    return `--storage ${this.#options.mount.path}`;
  }

  #startChild(): void {
    const { mount, identity, log, events, lost } = this.#options;
    this.#isReady = false;
    const startedAt = performance.now();
    const child: Child<MessageToStorage> = new Child(
      'storage',
      {
        message: (raw, descriptor) => this.#receive(raw, descriptor),
        violation: (error) =>
          log.write('ERROR', `the process of ${this.#name} has broken the rules, and ends: ${error.message}`),
        ended: (end) => {
          this.#child = undefined;
          if (this.#isClosing) return;
          const sessions = [...this.#sessions];
          this.#sessions.clear();
          logEnd(log, `the process of ${this.#name}`, end, sessions.length);
          events.tell(undefined, { type: 'crashed', process: 'storage' });
          lost(sessions);
          this.#startLater(performance.now() - startedAt);
        },
      },
      Object.keys(process.env).filter((name) => VARIABLES.test(name)),
    );
    this.#child = child;
    child.send({ type: 'startStorage', monitor: process.pid, mount, identity });
  }

  #startLater(lifetime: number): void {
    this.#crashes.crashed('storage', lifetime);
    this.#restart = setTimeout(() => {
      if (!this.#isClosing) this.start();
    }, this.#crashes.wait('storage'));
    this.#restart.unref();
  }

  #receive(raw: unknown, descriptor: number | undefined): void {
    const message = admitOrClose(this, raw, descriptor);
    if (descriptor !== undefined) closeSync(descriptor);
    if (message.type === 'ready') {
      // What it says of itself is not taken for granted.
      verifyRights(this.#child?.pid ?? 0, this.#options.identity);
      this.#isReady = true;
      return;
    }
    for (const event of message.events) if (event.type === 'line') this.#options.events.tell(undefined, event);
  }
}
