import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { decodeFrame, encodeFrame, FrameError, FrameReader } from './frames.ts';

const frames = fc.array(fc.tuple(fc.constantFrom('L', 'A', '?'), fc.array(fc.uint8Array({ maxLength: 300 }))), {
  maxLength: 5,
});

test('what is sent is what is read, a byte at a time as well', () => {
  fc.assert(
    fc.property(frames, (sent) => {
      const bytes = Buffer.concat(sent.map(([kind, fields]) => encodeFrame(kind, fields)));
      const expected = sent.map(([kind, fields]) => ({ kind, fields: fields.map((field) => Buffer.from(field)) }));
      expect(new FrameReader().read(bytes)).toEqual(expected);
      const slow = new FrameReader();
      expect([...bytes].flatMap((byte) => slow.read(Buffer.from([byte])))).toEqual(expected);
    }),
    { numRuns: 50 },
  );
});

test('any bytes are frames, not complete, or an error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      try {
        const decoded = decodeFrame(Buffer.concat([Buffer.from([0, 0, 0]), bytes]));
        expect(decoded === undefined || decoded.length <= bytes.length + 3).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(FrameError);
      }
    }),
  );
});

test.each([
  ['no length', [0, 0, 0, 0]],
  ['a length beyond all bounds', [1, 0, 0, 0]],
  ['a field longer than the frame', [0, 0, 0, 4, 65, 0, 9, 1]],
  ['half of the length of a field', [0, 0, 0, 2, 65, 0]],
])('%s is an error', (_, bytes) => {
  expect(() => decodeFrame(Buffer.from(bytes))).toThrow(FrameError);
});

test('too much for a frame is an error', () => {
  expect(() => encodeFrame('L', [Buffer.alloc(70_000)])).toThrow(FrameError);
  expect(() => encodeFrame('L', [Buffer.alloc(40_000), Buffer.alloc(40_000)])).toThrow(FrameError);
});
