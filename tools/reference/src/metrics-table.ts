// The table of metrics in docs/metrics.md.
import { markdownTable } from './table.ts';

/** Metrics by name, as the daemon has them. */
export type DocumentedMetrics = Readonly<
  Record<
    string,
    {
      readonly kind: string;
      readonly help: string;
      readonly labels: Readonly<Record<string, readonly string[]>>;
      readonly buckets: readonly number[];
    }
  >
>;

const HEAD = ['metric', 'kind', 'labels', 'what it is'];

/** The metrics as a table in Markdown, in their order. */
export function metricsTable(metrics: DocumentedMetrics): string {
  const rows = Object.entries(metrics).map(([name, { kind, help, labels, buckets }]) => {
    const bounds = buckets.length === 0 ? '' : `; up to ${buckets.join(', ')} s`;
    return [`\`${name}\``, kind, Object.entries(labels).map(labelText).join('; '), `${help}${bounds}`];
  });
  return markdownTable([HEAD, ...rows]);
}

function labelText([label, values]: readonly [string, readonly string[]]): string {
  return `\`${label}\`: ${values.join(', ')}`;
}
