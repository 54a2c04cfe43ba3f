// What becomes of an upload whose client ends the control connection instead of waiting for its answer.
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { TransferUnderWay, UploadEnd } from '../contract/data.ts';
import type { SettingsOf } from '../contract/settings.ts';

/** How long a busy kernel takes from the end of one connection of a process that was killed to that of the next, in milliseconds. */
const LATE = 20;
/** No upload takes longer for that than by this part of its time. */
const PART = 1 / 20;

/** What there is to know of the session. */
export interface UploadingSession {
  readonly settings: Pick<SettingsOf<never>, 'hangUp' | 'uploadLinger'>;
  protection(): 'clear' | 'private';
  transfer(): TransferUnderWay | undefined;
  /** QUIT was said. */
  isQuitting(): boolean;
}

/**
 * The end of a control connection while an upload runs. A client that has sent everything and leaves, and one that is killed,
 * look the same to TCP: both connections end, within a millisecond. QUIT tells them apart, and so does close_notify on the data
 * connection; where neither came, the setting `hangUp` decides.
 */
export class HangUp {
  readonly #session: UploadingSession;
  #happened = false;
  #wake: () => void = () => undefined;

  constructor(session: UploadingSession) {
    this.#session = session;
  }

  /**
   * The control connection has ended, or broken, while an upload runs.
   * @returns Whether the upload goes on.
   */
  happens(): boolean {
    this.#happened = true;
    this.#wake();
    const transfer = this.#session.transfer();
    if (!this.#mayStore()) return false;
    if (transfer !== undefined) this.#limit(transfer);
    return true;
  }

  /** The data connection of a transfer is about to be made, or there. */
  begins(transfer: TransferUnderWay): void {
    if (!this.#happened) return;
    if (transfer.kind === 'receive' && this.#mayStore()) this.#limit(transfer);
    else transfer.abort();
  }

  /** Whether an upload whose data has ended is all that the client wanted to send. */
  async isWhole({ isSaid, bytes, announced, seconds }: UploadEnd): Promise<boolean> {
    const rule = this.#session.settings.hangUp;
    // The end of the control connection may be next in the queue of the kernel, or come a moment later.
    if (!this.#happened && (announced > bytes || (rule === 'discard' && !isSaid))) {
      await wholeTurn();
      await this.#within(Math.min(LATE, seconds * 1000 * PART));
    }
    if (!this.#happened) return true;
    return announced <= bytes && (isSaid || rule === 'store' || this.#session.isQuitting());
  }

  /** Whether there is a way in which the upload may still prove whole. */
  #mayStore(): boolean {
    const session = this.#session;
    return session.settings.hangUp === 'store' || session.protection() === 'private' || session.isQuitting();
  }

  /** Waits until the control connection has ended, but no longer than so many milliseconds. */
  async #within(milliseconds: number): Promise<void> {
    // Timers know no parts of one.
    if (this.#happened || milliseconds < 1 || this.#session.isQuitting()) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    this.#wake = resolve;
    await promise;
    clearTimeout(timer);
  }

  #limit(transfer: TransferUnderWay): void {
    // After QUIT a client may take its time as if it were there.
    if (!this.#session.isQuitting()) transfer.limitSilence(this.#session.settings.uploadLinger);
  }
}

/** Comes back after the network was asked once for all there is: between two turns of the event loop. */
async function wholeTurn(): Promise<void> {
  await nextTurn();
  await nextTurn();
}
