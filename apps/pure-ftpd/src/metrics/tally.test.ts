import { openMetricsContentType, prometheusContentType } from 'prom-client';
import { expect, test } from 'vitest';

import { checkNumbers } from './check-numbers.ts';
import { exposition } from './exposition.ts';
import { METRIC_ROWS, seriesOf, widthOf } from './table.ts';
import { Tally } from './tally.ts';

test('a counter counts by its labels', async () => {
  const tally = new Tally();
  tally.add('pure_ftpd_logins_total', { method: 'puredb', verdict: 'admitted' });
  tally.add('pure_ftpd_logins_total', { method: 'puredb', verdict: 'admitted' });
  tally.add('pure_ftpd_transferred_bytes_total', { direction: 'upload' }, 1e12);
  const text = await exposition(tally.numbers, prometheusContentType);
  expect(text).toContain('pure_ftpd_logins_total{method="puredb",verdict="admitted"} 2\n');
  expect(text).toContain('pure_ftpd_transferred_bytes_total{direction="upload"} 1000000000000\n');
  expect(text).toContain('pure_ftpd_transferred_bytes_total{direction="download"} 0\n');
});

test('a bucket has what is in those below it, and its bound', async () => {
  const tally = new Tally();
  for (const seconds of [0.05, 0.1, 0.2, 1e6])
    tally.observe('pure_ftpd_transfer_duration_seconds', { direction: 'upload' }, seconds);
  const text = await exposition(tally.numbers, prometheusContentType);
  const name = 'pure_ftpd_transfer_duration_seconds';
  expect(text).toContain(`${name}_bucket{direction="upload",le="0.1"} 2\n`);
  expect(text).toContain(`${name}_bucket{direction="upload",le="0.5"} 3\n`);
  expect(text).toContain(`${name}_bucket{direction="upload",le="86400"} 3\n`);
  expect(text).toContain(`${name}_bucket{direction="upload",le="+Inf"} 4\n`);
  expect(text).toContain(`${name}_sum{direction="upload"} 1000000.35\n`);
  expect(text).toContain(`${name}_count{direction="upload"} 4\n`);
});

test('what is not there is left out, and so are methods that have counted nothing', async () => {
  const tally = new Tally();
  tally.set('pure_ftpd_certificate_expiry_timestamp_seconds', {}, Number.NaN);
  const text = await exposition(tally.numbers, prometheusContentType);
  expect(text).not.toMatch(/^pure_ftpd_certificate/m);
  expect(text).not.toMatch(/^pure_ftpd_login/m);
});

test('labels that the table does not have make no series', () => {
  const tally = new Tally();
  const before = tally.numbers;
  tally.add('pure_ftpd_logins_total', { method: 'alice', verdict: 'admitted' });
  tally.observe('pure_ftpd_login_duration_seconds', { method: '192.0.2.1' }, 1);
  expect(tally.numbers).toEqual(before);
});

test('OpenMetrics names counters without their end, and has one of its own', async () => {
  const text = await exposition(new Tally().numbers, openMetricsContentType);
  expect(text).toContain('# TYPE pure_ftpd_violations counter\n');
  expect(text).toContain('\npure_ftpd_violations_total 0\n');
  expect(text.endsWith('# EOF\n')).toBe(true);
});

test('numbers of another process are those of the table, or refused', () => {
  const good = new Tally().numbers;
  expect(checkNumbers(good)).toEqual(good);
  for (const bad of [
    undefined,
    {},
    [],
    good.slice(1),
    [...good, [0]],
    good.map((numbers) => [...numbers, 0]),
    good.map((numbers) => numbers.map(() => -1)),
    good.map((numbers) => numbers.map(() => '1')),
    good.map((numbers) => numbers.map(() => Infinity)),
  ])
    expect(() => checkNumbers(bad)).toThrow('numbers: ');
});

test('the table is small, and named as is the custom', () => {
  const series = METRIC_ROWS.map(([, metric]) => seriesOf(metric).length * (widthOf(metric) + 1));
  expect(series.reduce((sum, count) => sum + count, 0)).toBeLessThan(500);
  for (const [name, { kind, help }] of METRIC_ROWS) {
    expect(name).toMatch(kind === 'counter' ? /^[a-z_]+_total$/ : /^[a-z_]+(?<!_total)$/);
    // In OpenMetrics a counter has the name without its end.
    expect(METRIC_ROWS.filter(([other]) => other === name.replace(/_total$/, '') && other !== name)).toEqual([]);
    expect(help).toMatch(/^[A-Z].*[^.]$/);
  }
});
