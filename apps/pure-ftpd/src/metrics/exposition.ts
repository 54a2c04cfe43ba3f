// The text that Prometheus reads, by prom-client.
import { AggregatorRegistry, openMetricsContentType, type RegistryContentType } from 'prom-client';

import { type Metric, METRIC_ROWS, seriesOf, widthOf } from './table.ts';
import type { Numbers } from './tally.ts';

/** A sample, as prom-client has it in JSON. */
interface Sample {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly metricName?: string;
}

/** The numbers as text of one of the two formats. */
export function exposition(numbers: Numbers, contentType: RegistryContentType): Promise<string> {
  const metrics = METRIC_ROWS.map(([name, metric], index) => ({
    name: contentType === openMetricsContentType && metric.kind === 'counter' ? name.replace(/_total$/, '') : name,
    help: `${metric.help}.`,
    type: metric.kind,
    aggregator: 'first',
    values: samplesOf(name, metric, numbers[index] ?? []),
  }));
  // Made for the numbers of other processes, which these are.
  const registry = AggregatorRegistry.aggregate<RegistryContentType>([metrics]);
  registry.setContentType(contentType);
  return registry.metrics();
}

function samplesOf(name: string, metric: Metric, numbers: readonly number[]): Sample[] {
  const width = widthOf(metric);
  return seriesOf(metric).flatMap((labels, index) => {
    const own = numbers.slice(index * width, (index + 1) * width);
    if (metric.isSparse && own.every((number) => number === 0)) return [];
    return metric.kind === 'histogram' ? histogram(name, metric, labels, own) : single(labels, own);
  });
}

function single(labels: Sample['labels'], [value = Number.NaN]: readonly number[]): Sample[] {
  return Number.isNaN(value) ? [] : [{ labels, value }];
}

/** Each bucket has what is in those below it, too. */
function histogram(name: string, { buckets }: Metric, labels: Sample['labels'], numbers: readonly number[]): Sample[] {
  let count = 0;
  const counted = [...buckets, '+Inf'].map((le, index) => {
    count += numbers[index] ?? 0;
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: count };
  });
  return [
    ...counted,
    { metricName: `${name}_sum`, labels, value: numbers[buckets.length + 1] ?? 0 },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
