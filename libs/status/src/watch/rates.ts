import type { SessionView } from '../session-view.ts';

/** How many seconds count: the weight of what was before falls to a third in that time. */
const MEMORY = 4;

interface Sample {
  readonly position: number;
  readonly at: number;
  /** Bytes per second; undefined until two looks have been taken. */
  readonly rate: number | undefined;
}

/** How fast transfers are at the moment: the entries know only the mean since each began. */
export class LiveRates {
  #samples = new Map<string, Sample>();

  /** @param at Milliseconds of a clock that only goes forward. */
  look(views: readonly SessionView[], at: number): void {
    const samples = new Map<string, Sample>();
    for (const view of views) {
      if (view.state !== 'download' && view.state !== 'upload') continue;
      samples.set(view.key, next(this.#samples.get(view.key), Number(view.current), at));
    }
    this.#samples = samples;
  }

  /** Bytes per second of a session: now, or on average as long as that is not known. */
  of(view: SessionView): number {
    return this.#samples.get(view.key)?.rate ?? Number(view.bytesPerSecond);
  }
}

function next(last: Sample | undefined, position: number, at: number): Sample {
  // Another file, or the first look.
  if (last === undefined || position < last.position) return { position, at, rate: undefined };
  const seconds = (at - last.at) / 1000;
  // Entries change once a second: what is between tells nothing.
  if (seconds < 1) return last;
  const now = (position - last.position) / seconds;
  const weight = last.rate === undefined ? 1 : 1 - Math.exp(-seconds / MEMORY);
  return { position, at, rate: (last.rate ?? 0) * (1 - weight) + now * weight };
}
