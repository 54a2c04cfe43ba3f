import type { CommandResult, Judgement } from '@pure-ftpd/server';
import { end, toldError } from '@pure-ftpd/server/internal';

import type { Admission, PureFtpdSession } from '../../contract/session.ts';
import type { MonitorLink } from '../monitor-link.ts';
import { saidOf } from '../moving-state.ts';

/** Everybody here has been admitted. Who leaves goes back to the gate: no password is ever said to a worker. */
export class WorkerAdmission implements Admission {
  readonly #link: MonitorLink;
  /** Sessions that go on when their connection is in clear. */
  readonly #clearing = new Map<string, () => void>();

  constructor(link: MonitorLink) {
    this.#link = link;
  }

  judge(): Promise<Judgement> {
    return Promise.resolve({ kind: 'unavailable' });
  }

  judgeAnonymous(): Promise<Judgement> {
    return Promise.resolve({ kind: 'unavailable' });
  }

  /** Nothing may be said before the gate has seen to it: it could not tell what is to be protected. */
  async clearControl({ sessionId, bytesSaid, ending }: PureFtpdSession): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#clearing.set(sessionId, resolve);
      ending.addEventListener('abort', () => this.controlCleared(sessionId), { once: true });
      this.#link.send({ type: 'clearControl', session: sessionId, written: bytesSaid });
    });
  }

  /** The gate has seen to it. */
  controlCleared(sessionId: string): void {
    this.#clearing.get(sessionId)?.();
    this.#clearing.delete(sessionId);
  }

  async afterUser(session: PureFtpdSession, result: CommandResult): Promise<CommandResult> {
    if (result !== undefined) session.respond(result);
    let detached: Awaited<ReturnType<PureFtpdSession['detach']>>;
    try {
      detached = await session.detach();
    } catch (error) {
      session.event({ type: 'error', error: toldError(error), command: 'REIN' });
      return end(session, { name: 'serviceUnavailable', reason: 'authentication' });
    }
    if (detached === undefined) return undefined;
    const { descriptor, unread } = detached;
    this.#link.send(
      {
        type: 'back',
        session: session.sessionId,
        state: saidOf(session.portable()),
        unread: unread.toString('base64'),
      },
      descriptor,
    );
    return undefined;
  }
}
