import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { StatsDecoder } from './stats-decoder.ts';

const zone = process.env['TZ'];

afterAll(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

function decode(input: Uint8Array | string, timeZone = 'UTC'): string {
  process.env['TZ'] = timeZone;
  return new StatsDecoder().push(Buffer.from(input)).toString('latin1');
}

function sample(name: string): Buffer {
  return readFileSync(join(import.meta.dirname, '../test-data', name));
}

describe('StatsDecoder', () => {
  test.each([
    ['stats.log', 'statsdecode-UTC.out', 'UTC'],
    ['stats.log', 'statsdecode-Europe_Paris.out', 'Europe/Paris'],
    ['statsdecode-odd-input.log', 'statsdecode-odd-input.out', 'UTC'],
  ])('makes of %s what the C program does: %s', (input, output, timeZone) => {
    expect(decode(sample(input), timeZone)).toBe(sample(output).toString('latin1'));
  });

  // What the C program says on a machine with 64 bits.
  test.each([
    ['253402300800', '10000/01/01 00:00:00'],
    ['8640000000001', '275760/09/13 00:00:01'],
    ['9999999999999', '318857/05/20 17:46:39'],
    ['67767976233532799', '2147483647/12/31 23:59:59'],
    ['67768036191676799', '-2147481749/12/31 23:59:59'],
    ['67768036191676800', '- -'],
    ['9223372036854775807', '- -'],
    ['9223372036854775808', '- -'],
    ['18446744070000000000', '1852/06/13 08:59:44'],
    ['18446744073709551615', '1969/12/31 23:59:59'],
    ['18446744073709551616', '1969/12/31 23:59:59'],
    [`${'0'.repeat(50)}1234`, '1970/01/01 00:00:00'],
    [`${'0'.repeat(37)}1234`, '1970/01/01 00:20:34'],
  ])('dates %s as %s', (digits, date) => {
    expect(decode(`${digits} x\n`)).toBe(`${date} x\n`);
  });

  test('knows the local time of times that Date does not know', () => {
    expect(decode('67768036191676799 x\n', 'America/New_York')).toBe('-2147481749/12/31 18:59:59 x\n');
    expect(decode('18446744070000000000 x\n', 'Europe/Paris')).toBe('1852/06/13 09:09:05 x\n');
  });

  test('makes the same of input that comes in pieces', () => {
    const piece = fc.string({ unit: fc.constantFrom('1', '9', ' ', '\n', 'a', '\t', '\xe9') });
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        process.env['TZ'] = 'UTC';
        const decoder = new StatsDecoder();
        const inPieces = pieces.map((text) => decoder.push(Buffer.from(text, 'latin1')).toString('latin1'));
        expect(inPieces.join('')).toBe(decode(Buffer.from(pieces.join(''), 'latin1')));
      }),
    );
  });

  test('has room for a date at every byte', () => {
    const lines = 100_000;
    expect(decode('\n'.repeat(lines))).toBe('1970/01/01 00:00:00 '.repeat(lines));
  });
});
