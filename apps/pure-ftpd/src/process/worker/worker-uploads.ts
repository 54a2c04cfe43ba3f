import type { StoredFile, UploadRecorder } from '../../contract/daemon.ts';
import type { PureFtpdSession } from '../../contract/session.ts';
import type { ToChild } from '../messages/to-child.ts';
import type { MonitorLink } from '../monitor-link.ts';

/** Has the monitor write down what was stored here. */
export class WorkerUploadRecorder implements UploadRecorder<PureFtpdSession> {
  readonly #link: MonitorLink;
  readonly #waiting = new Map<number, PromiseWithResolvers<void>>();
  #lastRequest = 0;
  #isFull = false;

  constructor(link: MonitorLink) {
    this.#link = link;
  }

  get isFull(): boolean {
    return this.#isFull;
  }

  async record({ sessionId, closed }: PureFtpdSession, { path, size, perms }: StoredFile): Promise<void> {
    // The monitor has heard the end of the session: nobody waits for a reply.
    if (closed) throw new Error('the session has ended');
    this.#lastRequest += 1;
    const request = this.#lastRequest;
    const waiting = Promise.withResolvers<void>();
    this.#waiting.set(request, waiting);
    this.#link.send({ type: 'stored', session: sessionId, request, path, size, perms });
    await waiting.promise;
  }

  /** The monitor has written it down, or cannot. */
  recorded({ request, isKept }: ToChild<'recorded'>): void {
    const waiting = this.#waiting.get(request);
    this.#waiting.delete(request);
    if (isKept) waiting?.resolve();
    else waiting?.reject(new Error('the upload is not written down'));
  }

  hold({ isFull }: ToChild<'holdUploads'>): void {
    this.#isFull = isFull;
  }
}
