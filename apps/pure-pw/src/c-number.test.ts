import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseUnits, parseUnsigned, parseUnsigned32 } from './c-number.ts';

describe('parseUnsigned', () => {
  test.each([
    ['', 0n],
    ['abc', 0n],
    ['0x10', 0n],
    ['010', 10n],
    ['5x', 5n],
    [' \t+5', 5n],
    ['1e3', 1n],
    ['- 5', 0n],
    ['-1', 2n ** 64n - 1n],
    ['18446744073709551615', 2n ** 64n - 1n],
    ['18446744073709551616', 2n ** 64n - 1n],
    ['-99999999999999999999', 2n ** 64n - 1n],
  ])('%j is %d', (text, value) => {
    expect(parseUnsigned(text)).toBe(value);
  });

  test('reads every 64-bit number, whatever follows', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        fc.constantFrom('', ' ', 'k', '-1', '.5'),
        (value, rest) => {
          expect(parseUnsigned(`${value}${rest}`)).toBe(value);
          expect(parseUnsigned32(`${value}${rest}`)).toBe(Number(value % 2n ** 32n));
          expect(parseUnits(`${value}${rest}`, 1024n)).toBe((value * 1024n) % 2n ** 64n);
        },
      ),
    );
  });
});
