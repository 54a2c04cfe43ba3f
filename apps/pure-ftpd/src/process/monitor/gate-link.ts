import { closeSync } from 'node:fs';

import { messageOf } from '@pure-ftpd/protocol';

import { duplicateDescriptor } from '@pure-ftpd/posix';

import type { Log } from '../../log/log.ts';
import type { MessageToGate, StartGate } from '../messages/to-child.ts';
import {
  admitOrClose,
  type MessageFrom,
  type SenderState,
  type SessionPhase,
  type ToldEvent,
} from '../messages/to-monitor.ts';
import { type NewIdentity, verifyRights } from '../become.ts';
import type { HandedOver } from '../messages/handed-over.ts';
import { logEnd } from './child-log.ts';
import { Child } from './child-process.ts';
import { CrashGuard } from '../crash-guard.ts';
import type { BoundListener } from './listeners.ts';
import { connectionOf, type KnownSession } from './session-book.ts';

/** A message of the gate, but for those that every process sends. */
export type GateRequest = Exclude<MessageFrom<'gate'>, { readonly type: 'ready' | 'events' }>;

export interface GateEvents {
  /** The descriptor is the receiver's to close. */
  request(request: GateRequest, descriptor: number | undefined): void;
  /** It has a line for the log, about a session that it has, or about none. */
  told(session: KnownSession | undefined, event: ToldEvent, pid: number): void;
  /** A session, wherever it is. */
  session(id: string): KnownSession | undefined;
  /** What a gate is told at its start. */
  startMessage(): StartGate;
  /** And behind it. */
  furtherMessages(): Iterable<MessageToGate>;
  /** The gate has ended unasked: its sessions are gone. @param isCrash Unless it had nothing left to do. */
  lost(isCrash: boolean): void;
}

/** The client for whom alone there is a server [server-options §6.1]. */
export interface OnlyClient {
  /** Gives the connection away, once. */
  release(): number;
  readonly implicitTls: boolean;
  /** Addresses of clients whom other servers serve at the same port. */
  readonly others: readonly string[];
}

/** Whom a gate serves. */
export interface Served {
  readonly listeners: readonly BoundListener[];
  readonly client: OnlyClient | undefined;
}

/** The gate, as the monitor has it: one at a time, started again when it ends, unless it was there for one client. */
export class GateLink implements SenderState<'gate'> {
  readonly role = 'gate';
  readonly #served: Served;
  readonly #identity: NewIdentity;
  readonly #log: Log;
  readonly #events: GateEvents;
  readonly #crashes = new CrashGuard();
  readonly #gone = Promise.withResolvers<void>();
  #child: Child<MessageToGate> | undefined;
  #isReady = false;
  #isClosing = false;
  #startsAgain: boolean;
  #restart: NodeJS.Timeout | undefined;
  #started: PromiseWithResolvers<void> | undefined;

  constructor(served: Served, identity: NewIdentity, log: Log, events: GateEvents) {
    this.#identity = identity;
    this.#served = served;
    this.#startsAgain = served.client === undefined;
    this.#log = log;
    this.#events = events;
  }

  /** Starts the first one. @throws when it ends before it serves. */
  async start(): Promise<void> {
    this.#started = Promise.withResolvers();
    this.#startChild();
    await this.#started.promise;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  phaseOf(session: string): SessionPhase {
    return this.#events.session(session)?.phase ?? 'unknown';
  }

  connectionOf(id: string, relayed: boolean | undefined): HandedOver | undefined {
    const session = this.#events.session(id);
    return session === undefined ? undefined : connectionOf(session, relayed === true ? (this.pid ?? 0) : undefined);
  }

  /** @param descriptor Closed here when it is sent, or cannot be. @returns Whether there is a gate to hear it. */
  send(message: MessageToGate, descriptor?: number): boolean {
    if (this.#child === undefined) {
      if (descriptor !== undefined) closeSync(descriptor);
      return false;
    }
    this.#child.send(message, descriptor);
    return true;
  }

  /**
   * Nobody new comes; those who are there stay. Without a listener no other gate would have anything to do.
   * @returns Whether there is a gate, which says when it is so.
   */
  stopListening(): boolean {
    this.#startsAgain = false;
    this.#child?.send({ type: 'stopListening' });
    return this.#child !== undefined;
  }

  /** Asks it to go: no more clients, and those who are there are told. Comes back when it is gone. */
  async close(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#restart);
    if (this.#child === undefined) return;
    this.#child.send({ type: 'close', seconds: 0 });
    await this.#gone.promise;
  }

  kill(): void {
    this.#isClosing = true;
    clearTimeout(this.#restart);
    this.#child?.kill();
  }

  #startChild(): void {
    this.#isReady = false;
    const startedAt = performance.now();
    const child: Child<MessageToGate> = new Child('gate', {
      message: (message, descriptor) => this.#receive(message, descriptor),
      violation: (error) => this.#log.write('ERROR', `the gate has broken the rules, and ends: ${error.message}`),
      ended: (end) => {
        this.#child = undefined;
        if (this.#isClosing) {
          this.#gone.resolve();
          return;
        }
        const isCrash = this.#startsAgain || end.status !== 0;
        if (isCrash) logEnd(this.#log, `the gate ${child.pid}`, end, 0);
        this.#isReady = false;
        this.#events.lost(isCrash);
        if (this.#started === undefined) {
          if (this.#startsAgain) this.#startLater(performance.now() - startedAt);
        } else this.#started.reject(new Error(`the gate has ended before it was ready: ${end.lastWords.trim()}`));
      },
    });
    this.#child = child;
    const { listeners, client } = this.#served;
    for (const { descriptor, implicitTls } of listeners)
      child.send({ type: 'listener', implicitTls }, duplicateDescriptor(descriptor));
    if (client !== undefined) child.send({ type: 'client', implicitTls: client.implicitTls }, client.release());
    child.send(this.#events.startMessage());
    for (const message of this.#events.furtherMessages()) child.send(message);
  }

  #startLater(lifetime: number): void {
    this.#crashes.crashed('gate', lifetime);
    this.#restart = setTimeout(() => {
      if (!this.#startsAgain) return;
      try {
        this.#startChild();
      } catch (error) {
        this.#log.write('ERROR', `the gate cannot be started: ${messageOf(error)}`);
        this.#startLater(0);
      }
    }, this.#crashes.wait('gate'));
  }

  #receive(raw: unknown, descriptor: number | undefined): void {
    const message = admitOrClose(this, raw, descriptor);
    if (message.type === 'ready') {
      // It sees no /proc, and what it says of itself would not be taken for granted.
      verifyRights(this.pid ?? 0, this.#identity);
      this.#isReady = true;
      this.#started?.resolve();
      this.#started = undefined;
    } else if (message.type === 'events') {
      for (const event of message.events)
        this.#events.told('session' in event ? this.#own(event.session) : undefined, event, this.pid ?? 0);
    } else this.#events.request(message, descriptor);
  }

  /** A session that this gate has: those that are served are none of its business any more. */
  #own(id: string | undefined): KnownSession | undefined {
    const session = this.#events.session(id ?? '');
    return session?.phase === 'served' ? undefined : session;
  }
}
