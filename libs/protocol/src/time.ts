// Times in commands and listings. All are milliseconds since 1970 in UTC.

const DAY = 86_400_000;
const MINUTE = 60_000;
/** Older files show their year. */
const HALF_YEAR = 180 * DAY;
const YEAR_0 = -62_167_219_200_000;
const END_OF_YEAR_9999 = 253_402_300_799_999;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const TIMESTAMP = /^([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})(?:\.([0-9]+))?$/;
const LOOSE_TIMESTAMP = /^([0-9]{4})([0-9]{1,2})([0-9]{1,2})?([0-9]{1,2})?([0-9]{1,2})?([0-9]{1,2})?/;

/** Whole milliseconds within the years that have four digits; file systems can say other times. */
function bounded(ms: number): number {
  return Math.floor(Math.min(Math.max(ms, YEAR_0), END_OF_YEAR_9999));
}

function two(number: number): string {
  return number < 10 ? `0${number}` : `${number}`;
}

/**
 * `YYYYMMDDHHMMSS` in UTC (RFC 3659 §2.3), with `.sss` when `fraction` is set; otherwise a part of a second is cut off,
 * towards the past. Times outside the years 0 to 9999 are shown as the nearest that fits.
 */
export function formatTimestamp(ms: number, options: { readonly fraction?: boolean } = {}): string {
  const second = Math.floor(ms / 1000);
  if (second !== lastSecond) {
    lastDigits = fourteenDigits(ms);
    lastSecond = second;
  }
  if (options.fraction !== true) return lastDigits;
  return `${lastDigits}.${String(new Date(bounded(ms)).getUTCMilliseconds()).padStart(3, '0')}`;
}

// Of one second, the last that was asked for: files of a directory are often as old as one another.
let lastSecond = Number.NaN;
let lastDigits = '';

function fourteenDigits(ms: number): string {
  const date = new Date(bounded(ms));
  const year = String(date.getUTCFullYear()).padStart(4, '0');
  return (
    year +
    two(date.getUTCMonth() + 1) +
    two(date.getUTCDate()) +
    two(date.getUTCHours()) +
    two(date.getUTCMinutes()) +
    two(date.getUTCSeconds())
  );
}

/** Milliseconds of a civil date and time in UTC; fields out of range carry over. Unlike `Date.UTC`, year 99 is year 99. */
function utc(year: number, month: number, day: number, hours: number, minutes: number, seconds: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.setUTCHours(hours, minutes, seconds);
}

/**
 * RFC 3659 §2.3, strictly: fourteen digits that are a time, and perhaps a fraction of a second, of which milliseconds are
 * kept. A leap second (`60`) is the first second after it. Otherwise `undefined`.
 */
export function parseTimestamp(text: string): number | undefined {
  const fields = TIMESTAMP.exec(text);
  if (!fields) return undefined;
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = fields.slice(1, 7).map(Number);
  if (month < 1 || month > 12 || day < 1 || hours > 23 || minutes > 59 || seconds > 60) return undefined;
  if (new Date(utc(year, month, day, 0, 0, 0)).getUTCDate() !== day) return undefined;
  const milliseconds = Number((fields[7] ?? '').slice(0, 3).padEnd(3, '0'));
  return utc(year, month, day, hours, minutes, seconds) + milliseconds;
}

/**
 * A time as Pure-FTPd reads it in MFMT and SITE UTIME: digits for year, month, day, hours, minutes and seconds, as many as
 * there are. Missing fields are 0 (a missing day is the last of the month before), values out of range carry over, what
 * follows is ignored. `undefined` without a month, for month 0, a year up to 1900, and one second before 1970.
 */
export function parseLooseTimestamp(text: string): number | undefined {
  const fields = LOOSE_TIMESTAMP.exec(text);
  if (!fields) return undefined;
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = fields
    .slice(1)
    .map((field: string | undefined) => Number(field ?? 0));
  if (year <= 1900 || month === 0) return undefined;
  const ms = utc(year, month, day, hours, minutes, seconds);
  return ms === -1000 ? undefined : ms;
}

/** What is known of one day of UTC: the local offset in it, unless it changes within. */
interface Day {
  readonly offset: number | undefined;
}

function localOffset(ms: number): number {
  const date = new Date(ms);
  const local = utc(
    date.getFullYear(),
    date.getMonth() + 1,
    date.getDate(),
    date.getHours(),
    date.getMinutes(),
    date.getSeconds(),
  );
  return local - Math.floor(ms / 1000) * 1000;
}

/**
 * Dates of one listing, always 12 characters: `Nov 20 23:17`, or `Nov 20  2019` for files older than 180 days and for
 * those more than a minute ahead of the clock.
 *
 * Remembers what it worked out, so a large listing costs little; made anew for each listing, since `now` does not move
 * and the time zone of the process may change between two.
 */
export class ListDates {
  readonly #now: number;
  readonly #utc: boolean;
  #lastMinute = Number.NaN;
  #lastText = '';
  /** By number of the day in UTC. */
  readonly #days = new Map<number, Day>();
  /** `Nov 20 ` and ` 2019` by number of the local day. */
  readonly #texts = new Map<number, readonly [monthAndDay: string, year: string]>();

  /** `now` in milliseconds since 1970; `utc` for dates in UTC instead of the time zone of the process. */
  constructor(options: { readonly now: number; readonly utc: boolean }) {
    this.#now = options.now;
    this.#utc = options.utc;
  }

  format(ms: number): string {
    const minute = Math.floor(ms / MINUTE);
    if (minute !== this.#lastMinute) {
      this.#lastText = this.#format(ms);
      this.#lastMinute = this.#isOneText(minute) ? minute : Number.NaN;
    }
    return this.#lastText;
  }

  /** Whether all times of a minute look the same: no form changes into the other in it, and no local day ends. */
  #isOneText(minute: number): boolean {
    const changes = [this.#now - HALF_YEAR, this.#now + MINUTE];
    return (
      changes.every((change) => Math.floor(change / MINUTE) !== minute) &&
      this.#offset(bounded(minute * MINUTE)) % MINUTE === 0
    );
  }

  #format(ms: number): string {
    const time = bounded(ms);
    const local = time + this.#offset(time);
    const localDay = Math.floor(local / DAY);
    const [monthAndDay, year] = this.#text(localDay);
    if (this.#now - time > HALF_YEAR || time - this.#now > MINUTE) return monthAndDay + year;
    const minuteOfDay = Math.floor((local - localDay * DAY) / MINUTE);
    return `${monthAndDay}${two(Math.floor(minuteOfDay / 60))}:${two(minuteOfDay % 60)}`;
  }

  #offset(ms: number): number {
    if (this.#utc) return 0;
    const number = Math.floor(ms / DAY);
    let day = this.#days.get(number);
    if (!day) {
      // No zone changes its offset twice within a day, so equal ends mean one offset.
      const offset = localOffset(number * DAY);
      day = { offset: offset === localOffset((number + 1) * DAY - 1000) ? offset : undefined };
      this.#days.set(number, day);
    }
    return day.offset ?? localOffset(ms);
  }

  #text(localDay: number): readonly [string, string] {
    let text = this.#texts.get(localDay);
    if (!text) {
      const date = new Date(localDay * DAY);
      const monthAndDay = `${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} `;
      text = [monthAndDay, ` ${String(date.getUTCFullYear()).padStart(4, '0')}`];
      this.#texts.set(localDay, text);
    }
    return text;
  }
}
