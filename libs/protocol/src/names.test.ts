import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  decodeName,
  encodeName,
  encodeText,
  fitsOneLine,
  hasControlBytes,
  NameError,
  printableName,
  replaceControls,
} from './names.ts';

/** Bytes in which valid, cut and forbidden sequences are all likely. */
const nameBytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 4 }),
      fc.string({ unit: 'binary', maxLength: 3 }).map((text) => Buffer.from(text, 'utf8')),
      fc.constantFrom(
        Buffer.from('eda080', 'hex'),
        Buffer.from('edb280', 'hex'),
        Buffer.from('eda0bdedb880', 'hex'),
        Buffer.from('c080', 'hex'),
        Buffer.from('e282', 'hex'),
        Buffer.from('f09f92', 'hex'),
        Buffer.from('f4908080', 'hex'),
        Buffer.from('efbfbd', 'hex'),
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Buffer.concat(parts));

describe('decodeName and encodeName', () => {
  it('give every byte string back', () => {
    fc.assert(
      fc.property(nameBytes, (bytes) => {
        expect(encodeName(decodeName(bytes))).toEqual(bytes);
      }),
    );
  });

  it('decode two byte strings to one name only if they are the same', () => {
    fc.assert(
      fc.property(nameBytes, nameBytes, (one, other) => {
        expect(decodeName(one) === decodeName(other)).toBe(one.equals(other));
      }),
    );
  });

  it('read valid UTF-8 as such, whatever surrounds it', () => {
    expect(decodeName(Buffer.from('Zürich 💀\0'))).toBe('Zürich 💀\0');
    expect(decodeName(Buffer.from('ffc3bc', 'hex'))).toBe('\udcffü');
    expect(decodeName(Buffer.from('41e28241', 'hex'))).toBe('A\udce2\udc82A');
    expect(decodeName(Buffer.from('eda080', 'hex'))).toBe('\udced\udca0\udc80');
    expect(decodeName(Buffer.from('efbfbdff', 'hex'))).toBe('\ufffd\udcff');
  });

  it('take a view of a larger buffer as it is', () => {
    expect(decodeName(Buffer.from('xxcaf\xe9yy', 'latin1').subarray(2, 6))).toBe('caf\udce9');
  });

  it('refuse a surrogate that stands for no byte', () => {
    for (const name of ['\ud800', 'a\udc7f', '\udd00b', '\udc80\ud83d']) {
      expect(() => encodeName(name)).toThrow(NameError);
      expect(() => encodeName(name)).toThrow(expect.objectContaining({ code: 'NAME_NOT_ENCODABLE' }));
    }
    expect(encodeText('a\ud800b\udce9')).toEqual(Buffer.from('a?b\xe9', 'latin1'));
  });

  it('keep a character whose second half is in the range of escapes', () => {
    expect(encodeName('\ud83d\udc80\udc80')).toEqual(Buffer.from('f09f928080', 'hex'));
  });
});

function unprintable(text: string): string {
  return text.replace(/\\(?:\\|x([0-9a-f]{2})|u([0-9a-f]{4}))/g, (_, byte?: string, unit?: string) => {
    if (unit !== undefined) return String.fromCharCode(Number.parseInt(unit, 16));
    if (byte === undefined) return '\\';
    const value = Number.parseInt(byte, 16);
    return String.fromCharCode(value < 0x80 ? value : 0xdc00 + value);
  });
}

describe('printableName', () => {
  it('shows ordinary names as they are', () => {
    expect(printableName('Zürich 💀.txt')).toBe('Zürich 💀.txt');
  });

  it('escapes what breaks, moves or reorders a line', () => {
    expect(printableName('a\r\nb\x1b[2J\x7f')).toBe('a\\x0d\\x0ab\\x1b[2J\\x7f');
    expect(printableName('\\x0a')).toBe('\\\\x0a');
    expect(printableName('\x85\udc85\u2028\u202e\u2066\u200f\u061c\ud800')).toBe(
      '\\u0085\\x85\\u2028\\u202e\\u2066\\u200f\\u061c\\ud800',
    );
  });

  it('is one line of nothing invisible, from which the name can be told', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0x2070)), nameBytes, (units, bytes) => {
        const name = String.fromCharCode(...units) + decodeName(bytes);
        const shown = printableName(name);
        expect(shown).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u2029\ud800-\udfff]/u);
        expect(unprintable(shown)).toBe(name);
      }),
    );
  });
});

it('tells names with control characters, and those that break lines', () => {
  expect(['a', 'a\t', '\x7f', 'ü\x85', '\n'].map(hasControlBytes)).toEqual([false, true, true, false, true]);
  expect(['a\t', '\r', '\n', '\0', '\x7f'].map(fitsOneLine)).toEqual([true, false, false, false, true]);
  expect(replaceControls('a\r\nb\0\x7fü\udc80')).toBe('a__b__ü\udc80');
});
