// Options about what the server tells of itself to who watches it.
import { isIP } from 'node:net';

import { initially, option } from '../option.ts';
import { BadValue, filePath } from '../values.ts';

/** Where metrics are served. */
export type MetricsPlace =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

const UNIX = 'unix:';

export const METRICS_OPTIONS = [
  option({
    long: 'metrics',
    argument: '[address:]port or unix:path',
    description: 'serve metrics over HTTP, for Prometheus and what reads its format (on 127.0.0.1)',
    notes:
      'There is no TLS and no password: other addresses than those of this machine have to be protected by somebody else. A Unix socket has mode 0660, and the group of `--control-group`. See [its page](../../docs/metrics.md).',
    fields: {
      /** Undefined for none. */
      metrics: initially<MetricsPlace | undefined>(undefined),
    },
    set: (value) => ({ metrics: metricsPlace(value) }),
  }),
];

function metricsPlace(value: string): MetricsPlace {
  if (value.startsWith(UNIX)) return { kind: 'unix', path: filePath(value.slice(UNIX.length)) };
  const [, bracketed, plain, digits = ''] = /^(?:(?:\[([^\]]+)\]|([^:]*)):)?(\d{1,5})$/.exec(value) ?? [];
  const port = Number(digits);
  const host = bracketed ?? (plain === undefined || plain === '' ? '127.0.0.1' : plain);
  const family = isIP(host);
  if (digits === '' || port > 65_535 || family === 0 || (family === 6) !== (bracketed !== undefined))
    throw new BadValue('[ADDRESS:]PORT, an IPv6 address in brackets, or unix:PATH is');
  return { kind: 'tcp', host, port };
}
