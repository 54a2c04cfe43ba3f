import { refreshOf } from '@pure-ftpd/status';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { Board, entryOf } from './testing/board.ts';

const NOW = 2_000_000_000n;

async function page(
  fields: Parameters<typeof entryOf>[0] | undefined,
  env: Record<string, string> = {},
): Promise<string> {
  using board = new Board();
  if (fields !== undefined) board.put('client-00000001', entryOf({ start: 1_999_999_000, ...fields }));
  const { stdout, status } = await board.run(['-w', '-n'], NOW, { environment: env });
  expect(status).toBe(0);
  return Buffer.from(stdout, 'latin1').toString();
}

function tags(html: string): string[] {
  return html.match(/<[^>]*>/g) ?? [];
}

describe('the page', () => {
  test('shows who, from where, what, how far, how fast, and for how much longer', async () => {
    const html = await page({
      state: 'download',
      login: 'alice',
      file: 'big.iso',
      transferStart: 1_999_999_990,
      total: 300 * 2 ** 20,
      current: 100 * 2 ** 20,
    });
    for (const text of [
      '<bdi>alice</bdi>',
      '<bdi>big.iso</bdi>',
      '192.0.2.77',
      '192.0.2.10<wbr>:21',
      '102,400 / 307,200',
      '<progress max="100" value="33" aria-label="Progress">33%</progress>',
      '10.0 MiB/s',
      '20 s left',
      '00:16',
    ])
      expect(html).toContain(text);
  });

  test('says that nobody is there', async () => {
    const html = await page(undefined);
    expect(html).toContain('Nobody is connected.');
    expect(html).not.toContain('<table');
  });

  test('has header lines only for a web server', async () => {
    expect(await page(undefined)).toMatch(/^<!DOCTYPE html>/);
    expect(await page(undefined, { GATEWAY_INTERFACE: 'CGI/1.1' })).toMatch(
      /^Content-Type: text\/html; charset=utf-8\n(?:[\w-]+: [^\n]+\n)+\n<!DOCTYPE html>/,
    );
  });

  test('charsets §4 test 14: control characters of Latin-1 in a name are escaped, as bytes and as characters', async () => {
    const file = Buffer.concat([Buffer.of(0x61, 0x9b), Buffer.from('31m b\u009b31m')]);
    const html = await page({ state: 'upload', login: 'alice', file, current: 1 });
    expect(html).toContain(String.raw`a\x9b31m b\u009b31m`);
  });

  test('is well formed and names nothing of its own after a client, whatever a name is made of', async () => {
    const hostile = fc
      .uint8Array({ minLength: 1, maxLength: 60 })
      .map((bytes) => Buffer.from(bytes.map((byte) => byte || 1)));
    const markup = fc
      .constantFrom('<script>', '"', "'", '&', '</td>', '\u202E', '-->', ']]>')
      .map((text) => Buffer.from(text));
    const plain = await page({ state: 'upload', login: 'x', file: 'x', current: 5 });
    await fc.assert(
      fc.asyncProperty(fc.oneof(hostile, markup), fc.oneof(hostile, markup), async (login, file) => {
        const html = await page({ state: 'upload', login, file, current: 5 });
        if (login.equals(Buffer.from('?'))) return;
        expect(tags(html)).toEqual(tags(plain));
        expect(html).not.toMatch(/[\0-\x08\x0b-\x1f\x7f\u202a-\u202e\ufffd]/);
      }),
      { numRuns: 60 },
    );
  });
});

test.each([
  [undefined, 30],
  ['', 5],
  ['refresh=off', undefined],
  ['a=b&refresh=off', undefined],
  ['refresh=1', 5],
  ['%%%', 5],
])('for the query %j it is loaded again after %j seconds', (query, seconds) => {
  expect(refreshOf(query)).toBe(seconds);
});
