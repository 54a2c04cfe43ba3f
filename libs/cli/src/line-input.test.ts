import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DescriptorLines, LineBuffer } from './line-input.ts';

function lines(bytes: Uint8Array, limit: number, step = bytes.length || 1): string[] {
  const buffer = new LineBuffer(limit);
  const found: string[] = [];
  for (let at = 0; at < bytes.length; at += step) {
    buffer.push(bytes.subarray(at, at + step));
    for (let line = buffer.take(false); line !== undefined; line = buffer.take(false)) {
      found.push(line.toString('latin1'));
    }
  }
  for (let line = buffer.take(true); line !== undefined; line = buffer.take(true)) {
    found.push(line.toString('latin1'));
  }
  return found;
}

describe('LineBuffer', () => {
  test.each([
    ['', []],
    ['a', ['a']],
    ['a\n', ['a']],
    ['\n\n', ['', '']],
    ['a\r\nb', ['a', 'b']],
    ['a\rb\nc', ['a', 'c']],
    ['a\0b\nc', ['a', 'c']],
    ['12345678\n', ['12345678']],
    ['123456789\n', ['123456789', '']],
    ['1234567890\n', ['123456789', '0']],
  ])('%j', (text, expected) => {
    expect(lines(Buffer.from(text), 9)).toEqual(expected);
  });

  test('gives the same lines however the bytes come in', () => {
    const bytes = fc.uint8Array({ maxLength: 60 }).map((data) => data.map((byte) => (byte < 60 ? 0x0a : byte)));
    fc.assert(
      fc.property(bytes, fc.integer({ min: 2, max: 12 }), fc.integer({ min: 1, max: 7 }), (data, limit, step) => {
        expect(lines(data, limit, step)).toEqual(lines(data, limit));
      }),
    );
  });

  test('forgets what was not taken', () => {
    const buffer = new LineBuffer(100);
    buffer.push(Buffer.from('secret'));
    buffer.clear();
    expect(buffer.take(true)).toBeUndefined();
  });
});

describe('DescriptorLines', () => {
  test('reads lines to the end of a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cli-lines-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'answers'), `one\n${'x'.repeat(9000)}\nlast`);
    const fd = openSync(join(folder, 'answers'), 'r');
    onTestFinished(() => closeSync(fd));
    const input = new DescriptorLines(fd, 20_000);
    const read = [await input.readLine(), await input.readLine(), await input.readLine(), await input.readLine()];
    input.close();
    expect(read.map((line) => line?.toString())).toEqual(['one', 'x'.repeat(9000), 'last', undefined]);
  });
});
