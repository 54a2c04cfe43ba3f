import { type LabelsOf, METRIC_ROWS, type MetricName, METRICS, seriesOf, widthOf } from './table.ts';

/** All numbers of a moment: of each metric in the order of the table, series after series. NaN where there is none. */
export type Numbers = readonly (readonly number[])[];

type Counter = NameOf<'counter'>;
type Gauge = NameOf<'gauge'>;
type Histogram = NameOf<'histogram'>;
type NameOf<Kind> = {
  [Name in MetricName]: (typeof METRICS)[Name]['kind'] extends Kind ? Name : never;
}[MetricName];

interface Cells {
  /** Where the numbers of a series begin, by the values of its labels. */
  readonly places: ReadonlyMap<string, number>;
  readonly labels: readonly string[];
  readonly numbers: number[];
}

/** Counts. What it keeps is as large as the table, whatever is counted. */
export class Tally {
  readonly #cells = new Map<string, Cells>(
    METRIC_ROWS.map(([name, metric]) => {
      const width = widthOf(metric);
      const series = seriesOf(metric);
      const places = new Map(series.map((labels, index) => [Object.values(labels).join(' '), index * width]));
      const numbers = Array.from({ length: series.length * width }, () => 0);
      return [name, { places, labels: Object.keys(metric.labels), numbers }];
    }),
  );

  /** Counts some more. */
  add<Name extends Counter>(name: Name, labels: LabelsOf<Name>, count = 1): void {
    const { numbers, at } = this.#at(name, labels);
    if (at !== undefined) numbers[at] = (numbers[at] ?? 0) + count;
  }

  /** What is so now; of a counter that somebody else keeps, its state. NaN where there is no such thing. */
  set<Name extends Gauge | Counter>(name: Name, labels: LabelsOf<Name>, value: number): void {
    const { numbers, at } = this.#at(name, labels);
    if (at !== undefined) numbers[at] = value;
  }

  /** Something has taken so long. */
  observe<Name extends Histogram>(name: Name, labels: LabelsOf<Name>, seconds: number): void {
    const { numbers, at } = this.#at(name, labels);
    if (at === undefined) return;
    const { buckets } = METRICS[name];
    const found = buckets.findIndex((bound) => seconds <= bound);
    const bucket = at + (found === -1 ? buckets.length : found);
    const sum = at + buckets.length + 1;
    numbers[bucket] = (numbers[bucket] ?? 0) + 1;
    numbers[sum] = (numbers[sum] ?? 0) + Math.max(0, seconds);
  }

  /** All of it, now. */
  get numbers(): Numbers {
    return Array.from(this.#cells.values(), ({ numbers }) => [...numbers]);
  }

  /** What has labels that the table does not have is not counted. */
  #at(name: string, values: Readonly<Record<string, string>>): { numbers: number[]; at: number | undefined } {
    const cells = this.#cells.get(name);
    if (cells === undefined) return { numbers: [], at: undefined };
    const { numbers, places, labels } = cells;
    return { numbers, at: places.get(labels.map((label) => values[label] ?? '').join(' ')) };
  }
}
