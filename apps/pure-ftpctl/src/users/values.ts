// Values of fields, as people write them in JSON, CSV and options: nothing that is not understood is taken for something else.
import { parseTimeRangeLeniently, type TimeRange } from '@pure-ftpd/puredb';

/** A value of JSON or CSV; null for none. */
export type Plain = string | number | null;

/** A value that makes no sense; the message says what is expected. */
export class BadValue extends Error {
  override readonly name = 'BadValue';
}

const LARGEST_ID = 4_294_967_294;

/** A text, or none. */
export function readText(value: Plain): string | undefined {
  if (value === null) return undefined;
  if (typeof value === 'string') return value;
  throw new BadValue('a text is expected');
}

/** The number of a user or a group that is not root. */
export function readId(value: Plain): number {
  const id = Number(digitsOf(value) ?? '0');
  if (id >= 1 && id <= LARGEST_ID) return id;
  throw new BadValue(`a number from 1 to ${LARGEST_ID} is expected`);
}

/** A number from 0 on that fits so many bits, or none. */
export function readAmount(value: Plain, bits: 32 | 64): bigint | undefined {
  const digits = digitsOf(value);
  if (digits === undefined) return undefined;
  const amount = BigInt(digits);
  if (amount < 2n ** BigInt(bits)) return amount;
  throw new BadValue(`a number of at most ${bits} bits is expected`);
}

/** `0900-1800`, or none. */
export function readHours(value: Plain): TimeRange | undefined {
  if (value === null || value === '') return undefined;
  const hours = typeof value === 'string' && /^\d{4}-\d{4}$/.test(value) ? parseTimeRangeLeniently(value) : undefined;
  if (hours !== undefined) return hours;
  throw new BadValue('hours are expected as hhmm-hhmm: 0900-1800');
}

function digitsOf(value: Plain): string | undefined {
  if (value === null || value === '') return undefined;
  const digits = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof digits === 'string' && /^\d{1,20}$/.test(digits)) return digits;
  throw new BadValue('a whole number from 0 on is expected');
}
