import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatArgon2, parseArgon2 } from './argon2-string.ts';

const GOOD = '$argon2id$v=19$m=8192,t=2,p=1$+AXMwMNV1PEOmd/6NyKI6Q$XKEh68R/nmF0McAz1G81PLiGr7Yi6qwU1s6PgiV1or0';

describe('parseArgon2', () => {
  test('gives back what was written', () => {
    const value = fc.record({
      algorithm: fc.constantFrom('argon2i' as const, 'argon2id' as const),
      memory: fc.integer({ min: 2048, max: 2 ** 31 }),
      passes: fc.integer({ min: 1, max: 2 ** 31 }),
      lanes: fc.integer({ min: 1, max: 255 }),
      salt: fc.uint8Array({ minLength: 8, maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
      hash: fc.uint8Array({ minLength: 16, maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
    });
    fc.assert(
      fc.property(value, (written) => {
        expect(parseArgon2(formatArgon2(written))).toEqual(written);
      }),
    );
  });

  test('reads a recorded one', () => {
    expect(parseArgon2(GOOD)).toMatchObject({ algorithm: 'argon2id', memory: 8192, passes: 2, lanes: 1 });
  });

  test.each([
    GOOD.replace('argon2id', 'argon2d'),
    GOOD.replace('v=19', 'v=16'),
    GOOD.replace('v=19$', ''),
    GOOD.replace('m=8192', 'm=08192'),
    GOOD.replace('m=8192', 'm=-8192'),
    GOOD.replace('m=8192', 'm=7'),
    GOOD.replace('m=8192', 'm=4294967296'),
    GOOD.replace('t=2', 't=0'),
    GOOD.replace('p=1', 'p=1025'),
    GOOD.replace('m=8192,t=2', 't=2,m=8192'),
    GOOD.replace('+AXMwMNV1PEOmd/6NyKI6Q', '+AXMwMNV1PEOmd/6NyKI6R'),
    GOOD.replace('+AXMwMNV1PEOmd/6NyKI6Q', 'AAAA'),
    `${GOOD}=`,
    `${GOOD}\n`,
    GOOD.slice(0, -1),
    ` ${GOOD}`,
    GOOD + 'A'.repeat(600),
  ])('refuses %s', (text) => {
    expect(parseArgon2(text)).toBeUndefined();
  });
});
