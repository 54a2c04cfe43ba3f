// Local dates of all times that have 64 bits: `Date` ends in the year 275760, localtime(3) when the year has no 32 bits.

/** The calendar begins anew, on the same day of the week, after 400 years. */
const CYCLE_YEARS = 400;
const CYCLE_SECONDS = 146_097n * 86_400n;

/** `Date` knows this many seconds on either side of 1970; a year less, for the time zone. */
const DATE_SECONDS = 8_640_000_000_000n - 366n * 86_400n;

/** Years since 1900 have 32 bits in C. */
const LAST_YEAR = 2n ** 31n - 1n + 1900n;
const FIRST_YEAR = -(2n ** 31n) + 1900n;

function two(number: number): string {
  return String(number).padStart(2, '0');
}

/** How many cycles to go back (or forth, when negative) to be where `Date` knows the way. */
function cyclesBeyond(seconds: bigint): bigint {
  if (seconds > DATE_SECONDS) return (seconds - DATE_SECONDS) / CYCLE_SECONDS + 1n;
  if (seconds < -DATE_SECONDS) return (seconds + DATE_SECONDS) / CYCLE_SECONDS - 1n;
  return 0n;
}

/**
 * `Y/MM/DD HH:MM:SS` in the time zone of the process, the year as long as it is; `- -` where the C library has no date.
 * The year is computed with 32 bits, as the C program does it.
 * @param seconds Since 1970; 64 bits, signed.
 */
export function wideDate(seconds: bigint): string {
  const cycles = cyclesBeyond(seconds);
  const date = new Date(Number(seconds - cycles * CYCLE_SECONDS) * 1000);
  const year = BigInt(date.getFullYear()) + cycles * BigInt(CYCLE_YEARS);
  if (year < FIRST_YEAR || year > LAST_YEAR) return '- -';
  const day = `${BigInt.asIntN(32, year)}/${two(date.getMonth() + 1)}/${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
