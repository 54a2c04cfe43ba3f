// Options about several servers that count together.
import { initially, option } from '../option.ts';
import { BadValue, filePath, oneOf } from '../values.ts';

const WHEN_AWAY = ['open', 'closed'] as const;

/** `redis://` or `rediss://`, a host, perhaps a user, a port and the number of a database; no password, which everybody could read. */
function engine(value: string): string {
  const url = URL.parse(value);
  const isGood =
    url !== null &&
    /^rediss?:$/.test(url.protocol) &&
    url.hostname !== '' &&
    url.password === '' &&
    /^(?:\/\d{0,5})?$/.test(url.pathname) &&
    `${url.search}${url.hash}` === '';
  if (!isGood)
    throw new BadValue('redis://[USER@]HOST[:PORT][/DATABASE], or rediss:// for TLS, without a password, is');
  return value;
}

export const CLUSTER_OPTIONS = [
  option({
    long: 'cluster',
    argument: 'url',
    description: 'count sessions together with other servers, in this Valkey or Redis (redis:// or rediss://)',
    notes: 'Of `-c`, `-C` and `-y`: see [its page](../../docs/cluster.md).',
    fields: { cluster: initially<string | undefined>(undefined) },
    set: (value) => ({ cluster: engine(value) }),
  }),
  option({
    long: 'cluster-password-file',
    argument: 'file',
    values: 'file',
    description: 'the password for `--cluster`; nobody else may read the file',
    fields: { clusterPasswordFile: initially<string | undefined>(undefined) },
    set: (value) => ({ clusterPasswordFile: filePath(value) }),
  }),
  option({
    long: 'cluster-away',
    argument: 'open|closed',
    values: WHEN_AWAY,
    description: 'while it is away: count here alone, or let nobody log in (open)',
    fields: { clusterAway: initially<(typeof WHEN_AWAY)[number]>('open') },
    set: (value) => ({ clusterAway: oneOf(WHEN_AWAY, value) }),
  }),
];
