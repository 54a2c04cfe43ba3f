import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { formatUsage, parseUsage, usedPercent } from './index.ts';

const MAX = 2n ** 64n - 1n;

// What C 1.0.54 makes of them [spec quota-upload-auth-cert.md §1.1].
describe('the content of a quota file', () => {
  it.each([
    ['', 0n, 0n],
    ['5 320\n', 5n, 320n],
    ['3 4', 3n, 4n],
    ['3 ', 3n, 0n],
    ['3 4 5\n', 3n, 4n],
    [' 5', 0n, 5n],
    ['\t\n3 \t4', 3n, 4n],
    ['1 abc', 1n, 0n],
    ['0x10 5\n', 0n, 5n],
    ['+3 +4\n', 3n, 4n],
    ['-1 -1\n', MAX, MAX],
    ['99999999999999999999999 5\n', MAX, 5n],
    [`7 ${'9'.repeat(90)}\n`, 7n, MAX],
    ['3 4\u00005', 3n, 4n],
    ['18446744073709551615 18446744073709551615\n', MAX, MAX],
  ])('%j is read', (content, files, bytes) => {
    expect(parseUsage(Buffer.from(content, 'latin1'))).toEqual({ files, bytes });
  });

  it.each(['garbage', 'garbage\n', '3', '3\t4\n', '3\u0000 4', '\n', 'x'.repeat(83) + ' 1'])(
    '%j is none',
    (content) => {
      expect(parseUsage(Buffer.from(content, 'latin1'))).toBeUndefined();
    },
  );

  it('is read as it was written, and never fails', () => {
    const number = fc.bigInt({ min: 0n, max: MAX });
    fc.assert(
      fc.property(number, number, (files, bytes) => {
        const text = formatUsage({ files, bytes });
        expect(text).toMatch(/^\d+ \d+\n$/);
        expect(parseUsage(Buffer.from(text))).toEqual({ files, bytes });
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (content) => {
        const usage = parseUsage(content);
        expect(usage === undefined || (usage.files >= 0n && usage.files <= MAX && usage.bytes <= MAX)).toBe(true);
      }),
    );
  });
});

it.each([
  [4n, 5n, 80],
  [7n, 5n, 140],
  [999_999n, 1_000_000n, 99],
  [0n, 0n, -2_147_483_648],
  [5n, 0n, -2_147_483_648],
  [MAX, 5n, -2_147_483_648],
])('%d of %d is %d percent', (used, limit, percent) => {
  expect(usedPercent(used, limit)).toBe(percent);
});
