import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { decodeName } from './names.ts';
import { formatReply, type Reply } from './reply.ts';

function text(reply: Reply): string {
  return decodeName(formatReply(reply));
}

describe('formatReply', () => {
  it('writes one line', () => {
    expect(text({ code: 200, lines: ['Done'] })).toBe('200 Done\r\n');
    expect(text({ code: 200, lines: [''] })).toBe('200 \r\n');
  });

  it('puts a hyphen behind the code of all lines but the last', () => {
    expect(text({ code: 221, lines: ['a', 'b', 'c'] })).toBe('221-a\r\n221-b\r\n221 c\r\n');
  });

  it('puts embedded lines behind the first, each after one space', () => {
    expect(text({ code: 211, lines: ['Features:', 'End'], embedded: ['UTF8', ' SIZE'] })).toBe(
      '211-Features:\r\n UTF8\r\n  SIZE\r\n211 End\r\n',
    );
    expect(text({ code: 211, lines: ['Features:'], embedded: [] })).toBe('211-Features:\r\n211 \r\n');
  });

  it('leaves raw lines where they are unless they would pass for the end of the reply', () => {
    expect(
      text({
        code: 213,
        lines: ['STAT', 'End.'],
        rawEmbedded: true,
        embedded: ['-rw a\tb', '', '213 End.', '2\r\n213 x'],
      }),
    ).toBe('213-STAT\r\n-rw a\tb\r\n\r\n 213 End.\r\n2__213 x\r\n213 End.\r\n');
  });

  it('sends the bytes of a name as they are', () => {
    expect(formatReply({ code: 257, lines: ['"/caf\udce9/ü"'] })).toEqual(
      Buffer.concat([Buffer.from('257 "/caf\xe9/', 'latin1'), Buffer.from('ü"\r\n')]),
    );
  });

  it('refuses what is no code, and a reply without text', () => {
    for (const code of [99, 600, 200.5, Number.NaN, -200]) {
      expect(() => formatReply({ code, lines: ['x'] })).toThrow(RangeError);
    }
    expect(() => formatReply({ code: 200, lines: [] })).toThrow(RangeError);
  });

  it('is read back as one reply, whatever the text', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('200 OK', '\r\n200 OK', '\n200 OK\r', '\x00\ud800', '200-x', '2', '213 '),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 599 }),
        fc.array(line, { minLength: 1, maxLength: 4 }),
        fc.option(fc.array(line, { maxLength: 4 }), { nil: undefined }),
        fc.boolean(),
        (code, lines, embedded, rawEmbedded) => {
          const sent = formatReply({ code, lines, ...(embedded && { embedded }), rawEmbedded }).toString('latin1');
          const received = sent.split('\r\n');
          expect(received.pop()).toBe('');
          const closing = lines.length === 1 && embedded ? 1 : 0;
          expect(received).toHaveLength(lines.length + (embedded?.length ?? 0) + closing);
          // RFC 959 §4.2: the reply ends at the first line that has the code and a space.
          expect(received.findIndex((text) => text.startsWith(`${code} `))).toBe(received.length - 1);
          expect(received.join('')).not.toMatch(/[\0-\x08\x0a-\x1f\x7f]/);
        },
      ),
    );
  });
});
