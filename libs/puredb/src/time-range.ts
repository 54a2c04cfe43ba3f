import { readUint32 } from './c-numbers.ts';

/** When a user may log in [spec puredb.md §4]. `hhmm` as a number: 1830 is 18:30. Both minutes belong to the range. */
export interface TimeRange {
  readonly begin: number;
  readonly end: number;
}

const STRICT = /^[ \t]*(\d{1,9})-[ \t]*(\d{1,9})[ \t]*$/;
const LENIENT = /^[ \t\n\v\f\r]*([+-]?\d+)-[ \t\n\v\f\r]*([+-]?\d+)/;

/**
 * A range as the server must read it: two numbers, nothing after them. `undefined` = malformed, and the login is refused.
 * The numbers need not be times of day: `9999-9998` is always.
 */
export function parseTimeRange(text: string): TimeRange | undefined {
  const [, begin, end] = STRICT.exec(text) ?? [];
  if (begin === undefined || end === undefined) return undefined;
  return { begin: Number(begin), end: Number(end) };
}

/**
 * A range as `pure-pw` reads it: text after the second number is ignored, both must be below 2360 with minutes below 60.
 * `undefined` = malformed, and the tool drops it from the line.
 */
export function parseTimeRangeLeniently(text: string): TimeRange | undefined {
  const [, begin, end] = LENIENT.exec(text) ?? [];
  if (begin === undefined || end === undefined) return undefined;
  const range = { begin: readUint32(begin), end: readUint32(end) };
  return isTimeOfDay(range.begin) && isTimeOfDay(range.end) ? range : undefined;
}

/** As it stands in a line: without leading zeros. */
export function formatTimeRange(range: TimeRange): string {
  return `${range.begin}-${range.end}`;
}

/** Whether the moment lies in the range, in the time zone of the process. A range may span midnight. */
export function isWithinTimeRange(range: TimeRange, at: Date): boolean {
  const now = at.getHours() * 100 + at.getMinutes();
  return range.begin <= range.end ? now >= range.begin && now <= range.end : now >= range.begin || now <= range.end;
}

function isTimeOfDay(hhmm: number): boolean {
  return hhmm < 2360 && hhmm % 100 < 60;
}
