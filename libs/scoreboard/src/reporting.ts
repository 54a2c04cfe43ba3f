import type { SessionActivity, TransferStart } from './activity.ts';
import { LAYOUTS } from './layout.ts';
import { ProgressClock } from './progress-clock.ts';

/** Characters of a file name; what is shown are its last bytes. */
export const LONGEST_NAME = LAYOUTS.musl.nameBytes;

/** Hears what a session transfers, as it changes: `BoardSession`, or who tells it to the process that has one. */
export interface ActivityHearer {
  begin(start: Required<Omit<TransferStart, 'position'>>): void;
  /** Where in the file the transfer is by now, in bytes: when it has moved on, once a second, and at its end. */
  progress(position: number): void;
  idle(): void;
}

/** The end of a name that is too long to be sent; no pair of surrogates is cut in two. */
function lastCharacters(name: string): string {
  if (name.length <= LONGEST_NAME) return name;
  return name.slice(-LONGEST_NAME).replace(/^[\udc00-\udfff]/, '');
}

/** In a process that serves sessions: tells of their transfers by plain data, for those who cannot ask where a transfer is. */
export class ActivityReporter {
  readonly #clock = new ProgressClock();

  /** The activity of a session. */
  session(hearer: ActivityHearer): SessionActivity {
    const key: SessionActivity = {
      transfer: ({ direction, name, offset, size = 0, position }) => {
        hearer.begin({ direction, name: lastCharacters(name), offset, size });
        this.#clock.follow(key, offset, position, (now) => hearer.progress(now));
      },
      idle: () => {
        const last = this.#clock.forget(key);
        if (last !== undefined) hearer.progress(last);
        hearer.idle();
      },
    };
    return key;
  }

  /** Tells nothing more by itself. */
  close(): void {
    this.#clock.close();
  }
}
