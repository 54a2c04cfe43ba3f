import { setTimeout as sleep } from 'node:timers/promises';

import { expect, test } from 'vitest';
import { measure, median, ratioToBest } from './measure.ts';
import type { Contender, Measure, Prepared, Row } from './row.ts';
import { figure } from './figure.ts';
import { cellsOf, markdownTable, textTable } from './table.ts';

const measures: readonly Measure[] = [
  { name: 'time', unit: 's', better: 'lower' },
  { name: 'speed', unit: '/s', better: 'higher' },
];

function row(runs: number): Row {
  return { name: 'r', title: 'A row.', measures, runs, prepare: () => Promise.reject(new Error('not needed here')) };
}

function prepared(...contenders: readonly Contender[]): Prepared {
  return { contenders, notes: [], [Symbol.asyncDispose]: async () => {} };
}

/** Figures come one after the other; the first are those of the warm-up. */
function contender(
  name: string,
  kind: Contender['kind'],
  figures: (readonly (number | undefined)[])[],
  order: string[],
): Contender {
  const run = async (): Promise<readonly (number | undefined)[]> => {
    order.push(name);
    return figures.shift() ?? [];
  };
  return { name, kind, run };
}

test('the median is the middle, or between the two', () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([7])]).toEqual([2, 2.5, 7]);
  expect(() => median([])).toThrow(RangeError);
});

test('between what figures were is said where that is wanted; the first run does not count', async () => {
  const runs = [
    [100, 1],
    [2, 10],
    [4, 30],
  ];
  const { notes } = await measure(row(2), prepared(contender('a', 'ours', runs, [])), { spread: true });
  expect(notes).toEqual(['a: time 2.00 to 4.00 s, speed 10.0 to 30.0 /s']);
});

test('everyone is measured in turn, and the first run does not count', async () => {
  const order: string[] = [];
  const result = await measure(
    row(2),
    prepared(
      contender(
        'a',
        'ours',
        [
          [100, 1],
          [2, 10],
          [4, 30],
        ],
        order,
      ),
      contender(
        'b',
        'peer',
        [
          [100, 1],
          [1, undefined],
          [1, 40],
        ],
        order,
      ),
    ),
  );
  expect(order).toEqual(['a', 'b', 'b', 'a', 'a', 'b']);
  expect(result.results.map(({ medians }) => medians)).toEqual([
    [3, 20],
    [1, 40],
  ]);
  expect([ratioToBest(result, 0), ratioToBest(result, 1)]).toEqual([3, 0.5]);
});

test('the best of the peers is the one to beat, and a floor is none', async () => {
  const result = await measure(
    row(1),
    prepared(
      contender('ours', 'ours', [[], [6, 6]], []),
      contender('slow', 'peer', [[], [9, 2]], []),
      contender('fast', 'peer', [[], [3, 12]], []),
      contender('floor', 'floor', [[], [1, 99]], []),
    ),
  );
  expect([ratioToBest(result, 0), ratioToBest(result, 1)]).toEqual([2, 0.5]);
});

test('alone, or without a figure, there is no ratio', async () => {
  const alone = await measure(row(1), prepared(contender('ours', 'ours', [[], [1, undefined]], [])));
  expect([ratioToBest(alone, 0), ratioToBest(alone, 1)]).toEqual([undefined, undefined]);
  expect(cellsOf(alone)).toEqual([
    ['', 'ours', 'ours / best other', 'better is'],
    ['time (s)', '1.00', '-', 'lower'],
    ['speed (/s)', '-', '-', 'higher'],
  ]);
});

test('who fails is said, has no figures, and is not asked again; the others go on', async () => {
  const order: string[] = [];
  const failing: Contender = {
    name: 'other',
    kind: 'peer',
    run: async (round) => {
      order.push(`other ${round}`);
      if (round === 1) throw new Error('no luck');
      return [1, 1];
    },
  };
  const result = await measure(row(3), prepared(contender('ours', 'ours', [[], [1, 1], [2, 2], [3, 3]], []), failing));
  expect(order).toEqual(['other 0', 'other 1']);
  expect(result.notes).toEqual(['other failed: no luck']);
  expect(result.results.map(({ medians }) => medians)).toEqual([
    [2, 2],
    [undefined, undefined],
  ]);
});

test('an interruption ends it, and is not the failure of the one that was measured', async () => {
  const interrupted = new AbortController();
  const killed: Contender = {
    name: 'a',
    kind: 'ours',
    run: async () => {
      interrupted.abort(new Error('enough'));
      throw new Error('killed');
    },
  };
  await expect(measure(row(1), prepared(killed), { signal: interrupted.signal })).rejects.toThrow('enough');
});

test('who is to warm up for a while works as long, and only then is measured', async () => {
  const order: string[] = [];
  const slow: Contender = {
    name: 'a',
    kind: 'ours',
    run: async (round) => {
      order.push(String(round));
      await sleep(4);
      return [order.length];
    },
  };
  const { results } = await measure(row(1), prepared(slow), { warmUpSeconds: 0.5 });
  expect(order.filter((round) => round === '0').length).toBeGreaterThan(1);
  expect(order.at(-1)).toBe('1');
  expect(results[0]?.medians[0]).toBe(order.length);
});

test('the number of runs can be asked for; what slows down is looked at in the first run only', async () => {
  const looked: Row = { ...row(7), measures: [{ name: 'memory', unit: 'MiB', better: 'lower', once: true }] };
  const result = await measure(looked, prepared(contender('a', 'ours', [[5], [undefined], [undefined]], [])), {
    runs: 2,
  });
  expect([result.runs, result.results[0]?.medians]).toEqual([2, [5]]);
});

test('the first of ours that could be measured stands for us; a floor has a column of its own', async () => {
  const failing: Contender = { name: 'ours', kind: 'ours', run: () => Promise.reject(new Error('not yet')) };
  const result = await measure(
    { ...row(1), measures: [...measures, { name: 'busy', unit: '%', better: 'neither' }] },
    prepared(
      failing,
      contender('ours (one process)', 'ours', [[], [6, 6, 50]], []),
      contender('peer', 'peer', [[], [3, 12, 60]], []),
      contender('floor', 'floor', [[], [2, 24, 70]], []),
    ),
  );
  expect(cellsOf(result)).toEqual([
    ['', 'ours', 'ours (one process)', 'peer', 'floor', 'ours / best other', 'ours / floor', 'better is'],
    ['time (s)', '-', '6.00', '3.00', '2.00', '2.00', '3.00', 'lower'],
    ['speed (/s)', '-', '6.00', '12.0', '24.0', '0.50', '0.25', 'higher'],
    ['busy (%)', '-', '50.0', '60.0', '70.0', '-', '-', '-'],
  ]);
});

test('figures have three digits that count', () => {
  expect([0.01234, 1.5, 12.345, 123.4, 1234.5, 1_234_567].map(figure)).toEqual([
    '0.0123',
    '1.50',
    '12.3',
    '123',
    '1,235',
    '1,234,567',
  ]);
});

test('tables are aligned as text and as Markdown', () => {
  const cells = [
    ['', 'a', 'long'],
    ['x', '1', '2'],
  ];
  expect(textTable(cells)).toBe('   a  long\nx  1     2');
  expect(markdownTable(cells)).toBe('|     |   a | long |\n| --- | --: | ---: |\n| x   |   1 |    2 |');
});
