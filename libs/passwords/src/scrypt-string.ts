import { decodeCrypt64, numberAt } from './crypt64.ts';

/** The parameters of a `$7$` scrypt hash. */
export interface ScryptCosts {
  /** The work factor N is 2 to the power of this. */
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

/** A `$7$` scrypt hash in the fixed form that libsodium writes and reads. */
export interface ScryptString extends ScryptCosts {
  /** The salt is used as it is written, not decoded. */
  readonly salt: Buffer;
  readonly hash: Buffer;
}

const PREFIX = '$7$';
const COST_DIGITS = 11;
const FIXED_FORM = /^\$7\$[./0-9A-Za-z]{11}([./0-9A-Za-z]{43})\$([./0-9A-Za-z]{43})$/;

/** The costs at the start of a `$7$` string: one digit for log2(N), five for r, five for p. */
export function parseScryptCosts(text: string): ScryptCosts | undefined {
  if (!text.startsWith(PREFIX) || text.length < PREFIX.length + COST_DIGITS) {
    return undefined;
  }
  const logN = numberAt(text, 3, 1);
  const r = numberAt(text, 4, 5);
  const p = numberAt(text, 9, 5);
  if (logN === undefined || r === undefined || p === undefined || logN < 1 || r < 1 || p < 1 || r * p >= 2 ** 30) {
    return undefined;
  }
  return { logN, r, p };
}

/** Reads the fixed form (a salt of 43 digits, a hash of 32 bytes); other `$7$` strings belong to crypt(). */
export function parseScrypt(text: string): ScryptString | undefined {
  const match = FIXED_FORM.exec(text);
  const costs = parseScryptCosts(text);
  const hash = decodeCrypt64(match?.[2] ?? '');
  if (match === null || costs === undefined || hash === undefined) {
    return undefined;
  }
  return { ...costs, salt: Buffer.from(match[1] ?? '', 'latin1'), hash };
}

/** Bytes of memory scrypt needs. */
export function scryptMemory({ logN, r, p }: ScryptCosts): number {
  return 128 * r * (2 ** logN + p + 2);
}
