const LARGEST = 2n ** 64n - 1n;
const NUMBER = /^[ \t\n\v\f\r]*([+-]?)([0-9]+)/;

/**
 * A number as strtoull() reads it in base 10: leading blanks and a sign are taken, what follows the digits is not
 * looked at, no digits are 0, too large is 2^64 − 1, and a minus sign wraps around (−1 is 2^64 − 1).
 */
export function parseUnsigned(text: string): bigint {
  const match = NUMBER.exec(text);
  if (match === null) {
    return 0n;
  }
  const value = BigInt(match[2] ?? '0');
  if (value > LARGEST) {
    return LARGEST;
  }
  return match[1] === '-' ? BigInt.asUintN(64, -value) : value;
}

/** The same, kept to 32 bits as the C tool keeps ids, ratios and counts. */
export function parseUnsigned32(text: string): number {
  return Number(BigInt.asUintN(32, parseUnsigned(text)));
}

/** So many units of `unit` bytes, modulo 2^64 like the C tool. */
export function parseUnits(text: string, unit: bigint): bigint {
  return BigInt.asUintN(64, parseUnsigned(text) * unit);
}
