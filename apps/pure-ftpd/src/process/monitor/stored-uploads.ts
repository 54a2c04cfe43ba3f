import { encodeName } from '@pure-ftpd/protocol';
import { errorText, MessageViolation } from '@pure-ftpd/server/internal';

import type { Log } from '../../log/log.ts';
import type { UploadEvents } from '../uploads/upload-events.ts';
import type { KnownSession } from './session-book.ts';
import { subjectOf } from './session-book.ts';
import type { WorkerLink, WorkerRequest } from './worker-link.ts';

/** A session stores one file at a time. */
const MOST_OF_A_SESSION = 4;

/** Has files that sessions of workers have stored written down. Whose they are is what the book says, and whom the worker has become. */
export class StoredUploads {
  readonly #uploads: UploadEvents | undefined;
  readonly #log: Pick<Log, 'write'>;
  readonly #underWay = new WeakMap<KnownSession, number>();

  constructor(uploads: UploadEvents | undefined, log: Pick<Log, 'write'>) {
    this.#uploads = uploads;
    this.#log = log;
  }

  /** @throws MessageViolation for what nobody has asked for, or too many at a time. */
  record(worker: WorkerLink, session: KnownSession, stored: Extract<WorkerRequest, { readonly type: 'stored' }>): void {
    const underWay = this.#underWay.get(session) ?? 0;
    if (this.#uploads === undefined) throw new MessageViolation('stored: nobody writes that down');
    if (underWay >= MOST_OF_A_SESSION) throw new MessageViolation('stored: too many at a time');
    this.#underWay.set(session, underWay + 1);
    void this.#record(this.#uploads, worker, session, stored);
  }

  async #record(
    uploads: UploadEvents,
    worker: WorkerLink,
    session: KnownSession,
    { request, path, size, perms }: Extract<WorkerRequest, { readonly type: 'stored' }>,
  ): Promise<void> {
    const { uid, gid } = worker.identity;
    const account = session.admitted?.login.account.login ?? '';
    let isKept = false;
    try {
      await uploads.record({
        session: session.id,
        path: encodeName(path),
        vuser: encodeName(account),
        uid,
        gid,
        size,
        perms,
      });
      isKept = true;
    } catch (error) {
      this.#log.write('ERROR', `an upload is not written down: ${errorText(error)}`, subjectOf(session, true));
    }
    this.#underWay.set(session, (this.#underWay.get(session) ?? 1) - 1);
    worker.answer({ type: 'recorded', request, isKept });
  }
}
