import type { SessionView } from './session-view.ts';

/** What all sessions do together. */
export interface Totals {
  readonly sessions: number;
  readonly downloads: number;
  readonly uploads: number;
  readonly downloadBytesPerSecond: number;
  readonly uploadBytesPerSecond: number;
}

/** @param rate Of a session, in bytes per second; the mean since its transfer began unless told. */
export function totalsOf(
  views: readonly SessionView[],
  rate: (view: SessionView) => number = ({ bytesPerSecond }) => Number(bytesPerSecond),
): Totals {
  const totals = {
    sessions: views.length,
    downloads: 0,
    uploads: 0,
    downloadBytesPerSecond: 0,
    uploadBytesPerSecond: 0,
  };
  for (const view of views) {
    if (view.state === 'download') {
      totals.downloads += 1;
      totals.downloadBytesPerSecond += rate(view);
    } else if (view.state === 'upload') {
      totals.uploads += 1;
      totals.uploadBytesPerSecond += rate(view);
    }
  }
  return totals;
}

let order: Intl.Collator | undefined;

/** The number in a name counts as a number. What compares is made when two sessions began in the same second. */
function byKey(a: string, b: string): number {
  order ??= new Intl.Collator('en', { numeric: true });
  return order.compare(a, b);
}

function byStart(a: SessionView, b: SessionView): number {
  return a.start < b.start ? -1 : a.start > b.start ? 1 : byKey(a.key, b.key);
}

function waits({ state }: SessionView): number {
  return state === 'download' || state === 'upload' ? 0 : 1;
}

/** For people: who transfers comes first, then who came first; so rows do not jump. */
export function forPeople(views: readonly SessionView[]): SessionView[] {
  return views.toSorted((a, b) => waits(a) - waits(b) || byStart(a, b));
}

/** Seconds until a transfer is complete at this rate; undefined when nobody knows. */
export function secondsLeft({ current, total }: SessionView, bytesPerSecond: number): number | undefined {
  if (total <= current || bytesPerSecond <= 0) return undefined;
  return Math.ceil(Number(total - current) / bytesPerSecond);
}
