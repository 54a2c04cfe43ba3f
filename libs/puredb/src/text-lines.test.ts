import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineSplitter, MAX_LINE } from './text-lines.ts';

/** The rule, said another way: what successive calls of fgets with a buffer of 2,047 bytes give. */
function fgets(content: Buffer): string[] {
  const lines: string[] = [];
  for (let at = 0; at < content.length;) {
    const newline = content.indexOf('\n', at);
    const end = Math.min(newline === -1 ? content.length : newline + 1, at + MAX_LINE);
    lines.push(content.toString('latin1', at, end));
    at = end;
  }
  return lines;
}

function split(content: Buffer, sizes: readonly number[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((bytes, start, end) => lines.push(bytes.toString('latin1', start, end)));
  for (let at = 0, turn = 0; at < content.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    splitter.push(content.subarray(at, at + size));
    at += size;
  }
  splitter.end();
  return lines;
}

const line = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.integer({ min: MAX_LINE - 3, max: MAX_LINE + 3 }).map((length) => 'x'.repeat(length)),
  fc.integer({ min: 0, max: 3 * MAX_LINE }).map((length) => 'y'.repeat(length)),
);

test('lines are those of fgets, however the file is cut into pieces', () => {
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 8 }),
      fc.boolean(),
      fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 5 }),
      (lines, newlineAtEnd, sizes) => {
        const content = Buffer.from(lines.join('\n') + (newlineAtEnd ? '\n' : ''));
        expect(split(content, sizes)).toEqual(fgets(content));
      },
    ),
  );
});

test('a byte at a time gives the same lines', () => {
  const content = Buffer.from(`a:1\n\n${'z'.repeat(MAX_LINE * 2)}\nlast`);
  expect(split(content, [1])).toEqual(fgets(content));
});
