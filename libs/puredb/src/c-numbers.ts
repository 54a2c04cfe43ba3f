// Numbers as the C tools read them: leading blanks and one sign, then digits up to the first other byte, no digit = 0.

const UNSIGNED = /^[ \t\n\v\f\r]*([+-]?)(\d*)/;

/** The largest 64-bit number. */
export const UINT64_MAX = 2n ** 64n - 1n;

/** As `strtoull(text, NULL, 10)`: too large saturates, a minus counts down from 2^64. */
export function readUint64(text: string): bigint {
  const [, sign, digits] = UNSIGNED.exec(text) ?? [];
  const magnitude = BigInt(digits ?? '');
  if (magnitude > UINT64_MAX) return UINT64_MAX;
  return sign === '-' ? BigInt.asUintN(64, -magnitude) : magnitude;
}

/** As `strtoul` put into 32 bits: what is above them is lost. */
export function readUint32(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  return Number(BigInt.asUintN(32, readUint64(text)));
}
