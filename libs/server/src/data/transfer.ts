import type { TransferUnderWay } from '../contract/data.ts';
import { callLater } from '../timers.ts';
import type { DTPHandler } from './dtp-handler.ts';
import { beginProgress, endProgress } from './progress.ts';

/** A transfer under way, from its 150 to its end: what STAT tells of, and ABOR ends. */
export class Transfer implements TransferUnderWay {
  readonly kind: 'send' | 'receive' | 'list';
  /** Virtual path of the file or directory. */
  readonly path: string;
  readonly #abort = new AbortController();
  dtp: DTPHandler | undefined;
  /** By which others ask where it is, once there is anything to tell. */
  number: number | undefined;

  constructor(kind: 'send' | 'receive' | 'list', path: string) {
    this.kind = kind;
    this.path = path;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Others may ask where in the file it is, until {@link forget}. @returns Its number. */
  follow(position: () => number): number {
    this.number = beginProgress(position);
    return this.number;
  }

  /** Nobody asks any more. */
  forget(): void {
    endProgress(this.number);
  }

  /** Gives the transfer up when the client is silent for so many seconds. */
  limitSilence(seconds: number): void {
    if (this.dtp !== undefined) {
      this.dtp.limitSilence(seconds);
      return;
    }
    callLater(seconds, () => {
      if (this.dtp === undefined) this.abort();
    });
  }

  abort(): void {
    this.#abort.abort();
    this.dtp?.abort();
  }
}
