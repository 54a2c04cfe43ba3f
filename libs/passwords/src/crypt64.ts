/** The 64 digits of the crypt() schemes, in the order of their values. */
const DIGITS = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The value (0–63) of the digit at `index`; undefined when it is not a digit or past the end. */
export function digitAt(text: string, index: number): number | undefined {
  const value = index < text.length ? DIGITS.indexOf(text.charAt(index)) : -1;
  return value === -1 ? undefined : value;
}

/** A number of `count` digits from `index` on, least significant first (up to five digits). */
export function numberAt(text: string, index: number, count: number): number | undefined {
  let value = 0;
  for (let place = count - 1; place >= 0; place -= 1) {
    const digit = digitAt(text, index + place);
    if (digit === undefined) {
      return undefined;
    }
    value = value * 64 + digit;
  }
  return value;
}

/**
 * Bytes written as groups of three bytes in four digits, least significant bits first. Undefined for a foreign
 * character, an impossible length, or bits set beyond the last byte.
 */
export function decodeCrypt64(text: string): Buffer | undefined {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (let index = 0; index < text.length; index += 1) {
    const digit = digitAt(text, index);
    if (digit === undefined) {
      return undefined;
    }
    value |= digit << bits;
    bits += 6;
    if (bits >= 8) {
      bytes.push(value & 0xff);
      value >>= 8;
      bits -= 8;
    }
  }
  return bits < 6 && value === 0 ? Buffer.from(bytes) : undefined;
}
