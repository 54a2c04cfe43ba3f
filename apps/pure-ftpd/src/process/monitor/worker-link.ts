import { closeSync } from 'node:fs';

import type { Configuration } from '@pure-ftpd/options';

import type { Log } from '../../log/log.ts';
import type { UnfinishedUpload } from '../../unfinished/unfinished-upload.ts';
import type { UploadJournal } from '../../unfinished/upload-journal.ts';
import type { MessageToWorker, ToChild } from '../messages/to-child.ts';
import { admitOrClose, type MessageFrom, type SenderState, type ToldEvent } from '../messages/to-monitor.ts';
import { Child, type ChildEnd, type ChildEvents } from './child-process.ts';
import { type NewIdentity, verifyRights } from '../become.ts';
import { logEnd } from './child-log.ts';
import type { HandedOver } from '../messages/handed-over.ts';
import type { SpareWorker } from './spare-worker.ts';
import { connectionOf, type KnownSession } from './session-book.ts';
import { WorkerUploads } from './worker-uploads.ts';

/** A message of a worker about a session. */
export type WorkerRequest = Exclude<
  MessageFrom<'worker'>,
  { readonly type: 'ready' | 'events' | 'uploadBegan' | 'uploadEnded' }
>;

export interface WorkerEvents {
  /** It asks for something, on behalf of a session that it serves. The descriptor is the receiver's to close. */
  request(session: KnownSession, request: WorkerRequest, descriptor: number | undefined): void;
  /** Something has happened in a session that it serves, or it has a line for the log about none. */
  readonly told: (session: KnownSession | undefined, event: ToldEvent, pid: number) => void;
  /** It has nothing left to do. */
  idle(): void;
  /** The process is gone, with these sessions, and has left these files. `isCrash` unless it was asked to go. */
  ended(sessions: readonly KnownSession[], left: readonly UnfinishedUpload[], isCrash: boolean): void;
}

/** A worker, as the monitor has it. */
export class WorkerLink implements SenderState<'worker'> {
  readonly role = 'worker';
  readonly identity: NewIdentity;
  readonly startedAt = performance.now();
  readonly #child: Child<MessageToWorker>;
  readonly #log: Log;
  readonly #events: WorkerEvents;
  readonly #sessions = new Map<string, KnownSession>();
  readonly #uploads: WorkerUploads;
  #isReady = false;
  #isClosing = false;

  /**
   * @param spare Who becomes it; undefined starts a process.
   * @throws when no process can be started.
   */
  constructor(
    identity: NewIdentity,
    configuration: Configuration,
    log: Log,
    journal: UploadJournal,
    spare: SpareWorker | undefined,
    events: WorkerEvents,
  ) {
    this.identity = identity;
    this.#uploads = new WorkerUploads(identity, journal);
    this.#log = log;
    this.#events = events;
    const heard: ChildEvents = {
      message: (message, descriptor) => this.#receive(message, descriptor),
      violation: (error) =>
        log.write(
          'ERROR',
          `worker ${this.pid} of uid ${identity.uid} has broken the rules, and ends: ${error.message}`,
        ),
      ended: (end) => this.#ended(end),
    };
    this.#child = spare === undefined ? new Child('worker', heard) : spare.take(heard);
    this.#child.send({ type: 'startWorker', monitor: process.pid, configuration, identity });
  }

  get pid(): number {
    return this.#child.pid;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** It was asked to go, and takes no more sessions. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** Sessions it serves. */
  get load(): number {
    return this.#sessions.size;
  }

  phaseOf(id: string): 'served' | 'unknown' {
    return this.#sessions.has(id) ? 'served' : 'unknown';
  }

  connectionOf(id: string): HandedOver | undefined {
    const session = this.#sessions.get(id);
    return session === undefined ? undefined : connectionOf(session, session.relayedBy);
  }

  /** Gives it the home of a session that comes next, where that is in a bucket. */
  reach({ id }: KnownSession, descriptor: number): void {
    this.#child.send({ type: 'storage', session: id }, descriptor);
  }

  /** Gives it a session. */
  serve(session: KnownSession, message: ToChild<'serve'>, descriptor: number): void {
    this.#sessions.set(session.id, session);
    this.#child.send(message, descriptor);
  }

  /** Answers a request, or tells what it may have. */
  answer(
    message: ToChild<'bandwidth' | 'controlCleared' | 'connected' | 'reserved' | 'dataConnection' | 'recorded'>,
    descriptor?: number,
  ): void {
    this.#child.send(message, descriptor);
  }

  /** Tells it what an administrator has ordered for a session. */
  order(message: ToChild<'order'>): void {
    this.#child.send(message);
  }

  /** Tells it whether uploads may begin. */
  holdUploads(isFull: boolean): void {
    this.#child.send({ type: 'holdUploads', isFull });
  }

  /** A session is not its any more. */
  forget(session: KnownSession): void {
    this.#sessions.delete(session.id);
    this.#tellIdle();
  }

  /** Has it remove what a dead worker has left. */
  remove(upload: UnfinishedUpload): void {
    this.#uploads.adopt(upload);
    this.#child.send({ type: 'removeUnfinished', upload });
  }

  /** Asks it to go: idle sessions at once, the others when they are done, or after that time. */
  close(seconds: number): void {
    this.#isClosing = true;
    this.#child.send({ type: 'close', seconds });
  }

  kill(): void {
    this.#isClosing = true;
    this.#child.kill();
  }

  #receive(raw: unknown, descriptor: number | undefined): void {
    const message = admitOrClose(this, raw, descriptor);
    if (message.type === 'ready') {
      // What it says of itself is not taken for granted.
      verifyRights(this.pid, this.identity);
      this.#isReady = true;
    } else if (message.type === 'events') {
      for (const event of message.events) {
        const id = 'session' in event ? event.session : undefined;
        this.#events.told(this.#sessions.get(id ?? ''), event, this.pid);
      }
    } else if (message.type === 'uploadBegan') {
      const { type: _, ...upload } = message;
      this.#uploads.began(upload, this.pid);
    } else if (message.type === 'uploadEnded') {
      this.#uploads.ended(message.name);
      this.#tellIdle();
    } else {
      const session = this.#sessions.get(message.session);
      if (session !== undefined) this.#events.request(session, message, descriptor);
      else if (descriptor !== undefined) closeSync(descriptor);
    }
  }

  #tellIdle(): void {
    if (this.#sessions.size === 0 && this.#uploads.isEmpty) this.#events.idle();
  }

  #ended(end: ChildEnd): void {
    const isCrash = !this.#isClosing;
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    if (isCrash || sessions.length > 0) {
      const { uid, gid } = this.identity;
      logEnd(this.#log, `worker ${this.pid} of uid ${uid}, gid ${gid}`, end, sessions.length);
    }
    this.#events.ended(sessions, this.#uploads.all, isCrash);
  }
}
