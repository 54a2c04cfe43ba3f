// What is written about the metrics: the dashboard and the alerts name those that there are.
import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { METRIC_ROWS } from './table.ts';

const DOCS = new URL('../../../../docs/metrics/', import.meta.url);

/** What samples are called. */
const NAMES = new Set(
  METRIC_ROWS.flatMap(([name, { kind }]) =>
    kind === 'histogram' ? ['bucket', 'sum', 'count'].map((part) => `${name}_${part}`) : [name],
  ),
);

function namesIn(text: string): string[] {
  return [...new Set(text.match(/\b(?:pure_ftpd|process)_[a-z_]+/g))];
}

/** All strings of some JSON below a key. */
function valuesOf(value: unknown, key: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, below]) =>
    name === key && typeof below === 'string' ? [below] : valuesOf(below, key),
  );
}

test('the dashboard shows metrics that there are', () => {
  const dashboard: unknown = JSON.parse(readFileSync(new URL('dashboard.json', DOCS), 'utf8'));
  const names = valuesOf(dashboard, 'expr').concat(valuesOf(dashboard, 'query')).flatMap(namesIn);
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => !NAMES.has(name))).toEqual([]);
});

test('every metric of the server is on the dashboard', () => {
  const text = readFileSync(new URL('dashboard.json', DOCS), 'utf8');
  const unseen = METRIC_ROWS.map(([name]) => name).filter(
    (name) => name.startsWith('pure_ftpd_') && !text.includes(name),
  );
  expect(unseen).toEqual(['pure_ftpd_last_reload_timestamp_seconds']);
});

test('alerts are about metrics that there are', () => {
  const names = namesIn(readFileSync(new URL('alerts.yml', DOCS), 'utf8'));
  expect(names.length).toBeGreaterThan(8);
  expect(names.filter((name) => !NAMES.has(name))).toEqual([]);
});
