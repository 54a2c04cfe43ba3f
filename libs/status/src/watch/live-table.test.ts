import { stripVTControlCharacters } from 'node:util';

import { describe, expect, test } from 'vitest';

import type { SessionView } from '../session-view.ts';
import { bar } from '../table/columns.ts';
import { liveTable, type LiveTableOptions } from './live-table.ts';
import { LiveRates } from './rates.ts';

const END = { family: 4, address: '192.0.2.77', port: 5 } as const;

function view(fields: Partial<SessionView> = {}): SessionView {
  return {
    key: 'client-00000001',
    pid: 1,
    login: 'alice',
    file: 'big.iso',
    state: 'download',
    hosts: { peer: '192.0.2.77', local: '192.0.2.10' },
    peer: END,
    local: END,
    start: 0n,
    since: 3725n,
    transferSince: 10n,
    restart: 0n,
    current: 500n,
    total: 1000n,
    percentage: 50n,
    bytesPerSecond: 50n,
    kilobytesPerSecond: 0n,
    ...fields,
  };
}

const OPTIONS: LiveTableOptions = { columns: 140, rows: 24, rate: () => 100, time: '12:00:00', hasServers: false };

function lines(views: readonly SessionView[], options: Partial<LiveTableOptions> = {}): string[] {
  return liveTable(views, { ...OPTIONS, ...options }).map(stripVTControlCharacters);
}

/** Columns that a line of the test takes: two for each of its wide characters. */
function width(line: string): number {
  return line.replaceAll(/[宽😀]/gu, 'xx').length;
}

describe('the live table', () => {
  test('shows who does what, how far, how fast, and for how much longer', () => {
    const text = lines([view()]).join('\n');
    for (const part of [
      'alice',
      '192.0.2.77',
      '↓ down',
      'big.iso',
      ' 50%',
      '100 B/s',
      '5 s',
      '01:02',
      '1 session',
      '12:00:00',
    ])
      expect(text).toContain(part);
  });

  test('has no line wider, and no more lines, than the terminal, whatever its size', () => {
    const views = Array.from({ length: 50 }, (_, index) =>
      view({ key: `client-${index}`, login: '宽'.repeat(40), file: 'é\u001B[31m😀'.repeat(50) }),
    );
    for (let columns = 30; columns <= 200; columns += 7) {
      for (const rows of [8, 24, 60]) {
        const shown = lines(views, { columns, rows });
        expect(shown.length).toBeLessThanOrEqual(rows);
        expect(shown.at(-1)).toMatch(/^\d+ more do not fit|^q: quit/);
        const table = shown.slice(2, -1);
        expect(Math.max(...table.map(width))).toBeLessThanOrEqual(columns);
        expect(table.join('')).not.toContain('\u001B');
      }
    }
  });

  test('names the server of each session where there are several', () => {
    expect(lines([view()]).join('\n')).not.toContain('192.0.2.10');
    expect(lines([view()], { columns: 160, hasServers: true }).join('\n')).toMatch(/Server .*192\.0\.2\.10 /s);
  });

  test('says who is not there, and what is wrong', () => {
    expect(lines([])).toContain('Nobody is connected.');
    expect(lines([], { trouble: 'there is no \u001B[31mboard' })).toContain(String.raw`there is no \x1b[31mboard`);
  });

  test.each([
    [0, '░░░░'],
    [0.5, '██░░'],
    [0.53, '██▏░'],
    [1, '████'],
    [7, '████'],
    [-1, '░░░░'],
  ])('draws %d of a bar as %s', (fraction, drawn) => {
    expect(stripVTControlCharacters(bar(fraction, 4))).toBe(drawn);
  });
});

describe('live rates', () => {
  test('are the mean at first, then follow what happens', () => {
    const rates = new LiveRates();
    expect(rates.of(view())).toBe(50);
    rates.look([view({ current: 500n })], 0);
    expect(rates.of(view())).toBe(50);
    rates.look([view({ current: 2500n })], 2000);
    expect(rates.of(view())).toBe(1000);
    for (let second = 3; second < 40; second += 1) rates.look([view({ current: 2500n })], second * 1000);
    expect(rates.of(view())).toBeLessThan(1);
  });

  test('begin anew with another file, and forget who is gone', () => {
    const rates = new LiveRates();
    rates.look([view({ current: 500n })], 0);
    rates.look([view({ current: 9000n })], 1000);
    rates.look([view({ current: 10n })], 2000);
    expect(rates.of(view())).toBe(50);
    rates.look([], 3000);
    expect(rates.of(view())).toBe(50);
  });
});
