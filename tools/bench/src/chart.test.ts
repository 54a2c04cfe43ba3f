import { expect, test } from 'vitest';
import { barsOf, chart } from './chart.ts';
import type { RowResult } from './measure.ts';
import type { Measure } from './row.ts';

function result(name: string, better: Measure['better'], ours: number, peer: number | undefined): RowResult {
  const row = {
    name,
    title: '',
    measures: [{ name: 'm', unit: 'u', better }],
    runs: 1,
    prepare: () => Promise.reject(),
  };
  const results = [
    { name: 'ours', kind: 'ours' as const, medians: [ours] },
    { name: 'peer', kind: 'peer' as const, medians: [peer] },
  ];
  return { row, results, notes: [], runs: 1 };
}

test('a bar says how many times better ours is, whatever way better is', () => {
  expect(
    barsOf([
      result('speed', 'higher', 30, 20),
      result('time', 'lower', 4, 1),
      result('alone', 'higher', 1, undefined),
      result('said', 'neither', 1, 2),
    ]),
  ).toEqual([
    { row: 'speed', better: 1.5 },
    { row: 'time', better: 0.25 },
  ]);
});

function bars(one: RowResult): RegExpExecArray | null {
  return /<rect class="(\w+)" x="([\d.]+)" y="\d+" width="([\d.]+)"/.exec(chart([one], 'here'));
}

test('a bar starts at 1, goes right when ours is ahead and left when it is behind, and stays on the chart', () => {
  const [, ahead, from, width] = bars(result('r', 'higher', 4, 1)) ?? [];
  const [, behind, left, same] = bars(result('r', 'lower', 4, 1)) ?? [];
  expect([ahead, behind, same]).toEqual(['ahead', 'behind', width]);
  expect(Number(left) + Number(same)).toBeCloseTo(Number(from), 0);
  const [, , , whole] = bars(result('r', 'higher', 1e6, 1)) ?? [];
  expect(Number(whole)).toBeCloseTo(2 * Number(width), 0);
});

test('text is text', () => {
  expect(chart([result('a<b&c', 'higher', 1, 1)], 'x > y')).toContain('a&lt;b&amp;c');
});

test('the small print has as many lines as it needs', () => {
  const on = Array.from({ length: 30 }, (_, index) => `part ${index}`).join(', ');
  const lines = [...chart([result('row', 'higher', 1, 1)], on).matchAll(/class="small" x="8" y="\d+">([^<]*)</g)];
  expect(lines.map(([, text]) => text).join(' ')).toBe(on);
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.every(([, text = '']) => text.length <= 110)).toBe(true);
});
