import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { AsciiDecoder, AsciiEncoder, type AsciiDecoderOptions, type AsciiEncoderOptions } from './ascii.ts';

const chunks = fc.array(
  fc.array(fc.constantFrom('\r', '\n', '\r\n', 'a', '\xff'), { maxLength: 8 }).map((parts) => parts.join('')),
  { maxLength: 8 },
);

function encode(parts: readonly string[], options?: AsciiEncoderOptions): string {
  const encoder = new AsciiEncoder(options);
  return parts.map((part) => encoder.push(Buffer.from(part, 'latin1')).toString('latin1')).join('');
}

function decode(parts: readonly string[], options?: AsciiDecoderOptions): string {
  const decoder = new AsciiDecoder(options);
  const text = parts.map((part) => decoder.push(Buffer.from(part, 'latin1')).toString('latin1')).join('');
  return text + decoder.end().toString('latin1');
}

describe('AsciiEncoder', () => {
  it('puts a CR before every LF, even after a CR', () => {
    expect(encode(['a\nb\r\n\n'])).toBe('a\r\nb\r\r\n\r\n');
  });

  it('puts one only where there is none when asked', () => {
    expect(encode(['a\nb\r', '\n', '\n', '\r\r\n'], { bare: true })).toBe('a\r\nb\r\n\r\n\r\r\n');
  });

  it('converts the same wherever the data is cut', () => {
    fc.assert(
      fc.property(chunks, (parts) => {
        const whole = parts.join('');
        expect(encode(parts)).toBe(whole.replaceAll('\n', '\r\n'));
        expect(encode(parts, { bare: true })).toBe(whole.replace(/(?<!\r)\n/g, '\r\n'));
      }),
    );
  });

  it('hands back a chunk that stays as it is', () => {
    for (const [text, bare] of [
      ['', false],
      ['a\rb', false],
      ['a\r\nb', true],
    ] as const) {
      const chunk = Buffer.from(text);
      expect(new AsciiEncoder({ bare }).push(chunk)).toBe(chunk);
    }
  });
});

describe('AsciiDecoder', () => {
  it('drops every CR', () => {
    expect(decode(['a\r\nb\r', '\n\r', '\rc\r'])).toBe('a\nb\nc');
  });

  it('drops only a CR before LF when asked', () => {
    expect(decode(['a\r\nb\r', '\n\r', '\rc\r'], { cr: 'pairs' })).toBe('a\nb\n\r\rc\r');
  });

  it('converts the same wherever the data is cut', () => {
    fc.assert(
      fc.property(chunks, (parts) => {
        const whole = parts.join('');
        expect(decode(parts)).toBe(whole.replaceAll('\r', ''));
        expect(decode(parts, { cr: 'pairs' })).toBe(whole.replaceAll('\r\n', '\n'));
      }),
    );
  });

  it('hands back a chunk that stays as it is', () => {
    const chunk = Buffer.from('a\nb');
    expect(new AsciiDecoder().push(chunk)).toBe(chunk);
    expect(new AsciiDecoder({ cr: 'pairs' }).push(chunk)).toBe(chunk);
  });
});
