import { availableParallelism } from 'node:os';

import type { Configuration } from '@pure-ftpd/options';
import { errorText } from '@pure-ftpd/server/internal';

import type { Log } from '../../log/log.ts';
import type { UnfinishedUpload } from '../../unfinished/unfinished-upload.ts';
import type { UploadJournal } from '../../unfinished/upload-journal.ts';
import type { SessionOrder } from '../../contract/session-order.ts';
import type { NewIdentity } from '../become.ts';
import { CrashGuard } from '../crash-guard.ts';
import { KeptWorkers } from './kept-workers.ts';
import type { KnownSession } from './session-book.ts';
import type { SpareWorkers } from './spare-workers.ts';
import { WorkerLink, type WorkerEvents, type WorkerRequest } from './worker-link.ts';

/** Sessions that make another worker of the same identity worth while, if a core is free for it. */
const CROWDED = 16;

/** For how long they have to be that many, in milliseconds: a crowd that comes and goes is over before another worker has started. */
const CROWDED_MS = 100;

/** Most workers: each has some 40 MiB of its own. */
const MOST_WORKERS = 512;

export interface WorkerPoolEvents {
  request(worker: WorkerLink, session: KnownSession, request: WorkerRequest, descriptor: number | undefined): void;
  readonly told: WorkerEvents['told'];
  /** A worker has ended, with these sessions. @param isCrash Unless it was asked to. */
  lost(sessions: readonly KnownSession[], isCrash: boolean): void;
}

interface Place {
  readonly worker: WorkerLink;
  readonly key: string;
  /** Since when it has been crowded whenever somebody came. */
  crowdedSince: number | undefined;
}

/** The workers: by identity, started when they are needed, kept for a while, as many as there are cores. */
export class WorkerPool {
  readonly #configuration: Configuration;
  readonly #log: Log;
  readonly #journal: UploadJournal;
  readonly #events: WorkerPoolEvents;
  readonly #spares: SpareWorkers;
  readonly #places = new Set<Place>();
  readonly #kept = new KeptWorkers<WorkerLink>();
  readonly #crashes = new CrashGuard();
  #isClosing = false;
  #isRetired = false;
  #holdsUploads = false;
  #emptied: (() => void) | undefined;

  /**
   * @param journal Keeps what workers may leave when they are killed.
   * @param spares Who become workers, where there is one.
   */
  constructor(
    configuration: Configuration,
    log: Log,
    journal: UploadJournal,
    spares: SpareWorkers,
    events: WorkerPoolEvents,
  ) {
    this.#spares = spares;
    this.#configuration = configuration;
    this.#log = log;
    this.#journal = journal;
    this.#events = events;
  }

  /** Whether one more session of an identity can be served; if not, why. */
  refusal(identity: NewIdentity): string | undefined {
    const key = keyOf(identity);
    if (this.#crashes.isHeldBack(key))
      return `workers of uid ${identity.uid} keep ending: no new one is started for a while`;
    if (this.#of(key).length > 0 || this.#places.size < MOST_WORKERS) return undefined;
    return this.#kept.isEmpty ? `there are ${MOST_WORKERS} workers already` : undefined;
  }

  /** The worker for one more session of an identity. @throws when no process can be started. */
  workerFor(identity: NewIdentity): WorkerLink {
    const key = keyOf(identity);
    const [best, ...others] = this.#of(key).toSorted((a, b) => a.worker.load - b.worker.load);
    const isAnotherWorthWhile =
      best === undefined ||
      (isCrowded(best) && others.length + 1 < availableParallelism() && this.#places.size < MOST_WORKERS);
    const place = isAnotherWorthWhile ? this.#start(identity, key) : best;
    this.#kept.use(place.worker);
    return place.worker;
  }

  /** What a session says is said in clear now: its worker is told, where it is still served. */
  controlCleared(session: string): void {
    for (const { worker } of this.#places)
      if (worker.phaseOf(session) === 'served') worker.answer({ type: 'controlCleared', session });
  }

  /** An administrator has ordered something for a session: its worker is told, where it is still served. */
  order(session: string, order: SessionOrder): void {
    for (const { worker } of this.#places)
      if (worker.phaseOf(session) === 'served') worker.order({ type: 'order', session, order });
  }

  /** No uploads are to begin, or they may again: those who come later are told, too. */
  holdUploads(isFull: boolean): void {
    this.#holdsUploads = isFull;
    for (const { worker } of this.#places) worker.holdUploads(isFull);
  }

  /** How many there are. */
  get size(): number {
    return this.#places.size;
  }

  /** Has what killed uploads have left removed, as who has begun them; what cannot be now stays for the next start. */
  removeLeft(identity: NewIdentity, uploads: readonly UnfinishedUpload[]): void {
    if (this.#isClosing || uploads.length === 0) return;
    const refusal = this.refusal(identity);
    try {
      if (refusal !== undefined) throw new Error(refusal);
      const worker = this.workerFor(identity);
      for (const upload of uploads) worker.remove(upload);
    } catch (error) {
      const what = `temporary files of uid ${identity.uid} that an ended process has left stay until the next start`;
      this.#log.write('ERROR', `${what}: ${errorText(error)}`);
    }
  }

  /** None is kept without a session from now on. */
  retire(): void {
    this.#isRetired = true;
    while (!this.#kept.isEmpty) this.#kept.closeOldest();
  }

  /** Ends all of them: comes back when they are gone. */
  async close(seconds: number): Promise<void> {
    this.#isClosing = true;
    for (const { worker } of this.#places) worker.close(seconds);
    if (this.#places.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
  }

  /** Kills all of them. */
  kill(): void {
    this.#isClosing = true;
    for (const { worker } of this.#places) worker.kill();
  }

  #of(key: string): Place[] {
    return [...this.#places].filter((place) => place.key === key && !place.worker.isClosing);
  }

  #start(identity: NewIdentity, key: string): Place {
    if (this.#places.size >= MOST_WORKERS) this.#kept.closeOldest();
    const worker = new WorkerLink(identity, this.#configuration, this.#log, this.#journal, this.#spares.take(), {
      request: (session, request, descriptor) => this.#events.request(worker, session, request, descriptor),
      told: this.#events.told,
      idle: () => {
        if (worker.isClosing) return;
        if (this.#isRetired) worker.close(0);
        else this.#kept.keep(worker);
      },
      ended: (sessions, left, isCrash) => {
        this.#kept.use(worker);
        this.#places.delete(place);
        if (isCrash) this.#crashes.crashed(key, performance.now() - worker.startedAt);
        this.removeLeft(identity, left);
        this.#events.lost(sessions, isCrash);
        if (this.#places.size === 0) this.#emptied?.();
      },
    });
    const place: Place = { worker, key, crowdedSince: undefined };
    this.#places.add(place);
    if (this.#holdsUploads) worker.holdUploads(true);
    return place;
  }
}

/** Whether a worker has had too many sessions for long enough; asked whenever somebody comes. */
function isCrowded(place: Place): boolean {
  const now = performance.now();
  if (place.worker.load < CROWDED) place.crowdedSince = undefined;
  else place.crowdedSince ??= now;
  return place.crowdedSince !== undefined && now - place.crowdedSince >= CROWDED_MS;
}

function keyOf({ uid, gid, groups }: NewIdentity): string {
  return `${uid}:${gid}:${groups.join(',')}`;
}
