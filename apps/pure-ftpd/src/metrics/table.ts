// Every metric of the server: its name, what it counts, and all values that its labels can have. What clients say is in none of them:
// the number of series is that of this table, whoever connects.
import { METHOD_NAMES } from '@pure-ftpd/auth';

import { LOGIN_VERDICTS, SERVER_PROCESSES, TURNED_AWAY } from '../events/event.ts';

/** Labels, and the values each can have. */
export type Labels = Readonly<Record<string, readonly string[]>>;

/** One metric. */
export interface Metric {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: Labels;
  /** Of a histogram: the upper bounds, in seconds. */
  readonly buckets: readonly number[];
  /** Series that have counted nothing are left out: those of methods that a server does not ask, for instance. */
  readonly isSparse: boolean;
}

const NONE = {} as const;
const DIRECTION = { direction: ['download', 'upload'] } as const;
/** Methods of logins; `none` where none of them knew the user. */
const METHOD = { method: [...METHOD_NAMES, 'anonymous', 'none'] };

/** From a file of a few bytes to a day. */
const LASTING = [0.1, 0.5, 1, 5, 15, 60, 300, 1800, 3600, 14_400, 86_400] as const;
/** From a hash in a file to a server of accounts that does not answer. */
const ANSWERING = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;
/** From what nobody sees to what ends sessions. */
const LAGGING = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] as const;

/** By name. Counters end in `_total`, times are seconds, sizes bytes, as is the custom. */
export const METRICS = {
  pure_ftpd_sessions: gauge('Sessions, by what they do', { state: ['login', 'idle', 'download', 'upload'] } as const),
  pure_ftpd_sessions_limit: gauge('Sessions there may be at a time; 0 for any number', NONE),
  pure_ftpd_sessions_begun_total: counter('Sessions that have begun', NONE),
  pure_ftpd_session_duration_seconds: histogram('How long sessions have lasted', NONE, LASTING),
  pure_ftpd_logins_total: sparse(
    counter('Logins, by the method that answered and what came of it', { ...METHOD, verdict: LOGIN_VERDICTS }),
  ),
  pure_ftpd_login_duration_seconds: sparse(histogram('How long methods take to answer a login', METHOD, ANSWERING)),
  pure_ftpd_transfers_total: counter('Transfers that are over', {
    ...DIRECTION,
    result: ['complete', 'incomplete'],
  } as const),
  pure_ftpd_transferred_bytes_total: counter('Bytes of transfers that are over', DIRECTION),
  pure_ftpd_transfer_duration_seconds: histogram('How long transfers have lasted', DIRECTION, LASTING),
  pure_ftpd_refused_connections_total: counter('Clients who were turned away before they had a session', {
    reason: TURNED_AWAY,
  }),
  pure_ftpd_violations_total: counter('What no client of FTP says: HTTP, lines without end, TLS that fails', NONE),
  pure_ftpd_bans: gauge('Networks that are banned', NONE),
  pure_ftpd_storage_refusals_total: counter('Commands that a full quota, or a full disk, has ended', NONE),
  pure_ftpd_upload_queue_length: gauge('Uploads that wait to be announced', NONE),
  pure_ftpd_upload_journal_unread: gauge(
    'Uploads in the journal that its slowest reader has not done with; not there without a journal',
    NONE,
  ),
  pure_ftpd_upload_journal_full: gauge(
    'Whether the journal is full, and uploads are refused; not there without a journal',
    NONE,
  ),
  pure_ftpd_upload_events_lost_total: counter('Uploads that were not announced', NONE),
  pure_ftpd_workers: gauge('Processes that serve sessions; 0 where one process does it all', NONE),
  pure_ftpd_configurations: gauge('Configurations that sessions go by', NONE),
  pure_ftpd_crashes_total: counter('Processes of the server that have ended unasked', { process: SERVER_PROCESSES }),
  pure_ftpd_event_loop_lag_seconds: histogram(
    'How late timers of the process are that has all events, the monitor or the only one',
    NONE,
    LAGGING,
  ),
  pure_ftpd_certificate_expiry_timestamp_seconds: gauge(
    'When the first of the certificates ends; not there without TLS',
    NONE,
  ),
  pure_ftpd_last_reload_timestamp_seconds: gauge(
    'When the configuration was read anew; not there before the first time',
    NONE,
  ),
  process_start_time_seconds: gauge('When the server has started', NONE),
  process_cpu_seconds_total: counter('Processor time of the process that has all events', NONE),
  process_resident_memory_bytes: gauge('Memory of the process that has all events', NONE),
} as const;

export type MetricName = keyof typeof METRICS;

/** The labels of a metric, with one value each. */
export type LabelsOf<Name extends MetricName> = {
  readonly [Label in keyof (typeof METRICS)[Name]['labels']]: string;
};

/** The table, in its order: what two processes agree on. */
export const METRIC_ROWS: readonly (readonly [name: string, metric: Metric])[] = Object.entries(METRICS);

/** All series of a metric: the values of its labels, the last one changing first. */
export function seriesOf({ labels }: Metric): readonly Readonly<Record<string, string>>[] {
  return Object.entries(labels).reduce<Readonly<Record<string, string>>[]>(
    (all, [label, values]) => all.flatMap((some) => values.map((value) => ({ ...some, [label]: value }))),
    [{}],
  );
}

/** How many numbers one series is: of a histogram those of its buckets, of what is beyond them, and the sum. */
export function widthOf({ kind, buckets }: Metric): number {
  return kind === 'histogram' ? buckets.length + 2 : 1;
}

function counter<const Of extends Labels>(help: string, labels: Of): Row<'counter', Of> {
  return { kind: 'counter', help, labels, buckets: [], isSparse: false };
}

function gauge<const Of extends Labels>(help: string, labels: Of): Row<'gauge', Of> {
  return { kind: 'gauge', help, labels, buckets: [], isSparse: false };
}

function histogram<const Of extends Labels>(
  help: string,
  labels: Of,
  buckets: readonly number[],
): Row<'histogram', Of> {
  return { kind: 'histogram', help, labels, buckets, isSparse: false };
}

function sparse<Of extends Metric>(row: Of): Of {
  return { ...row, isSparse: true };
}

type Row<Kind extends Metric['kind'], Of extends Labels> = Metric & { readonly kind: Kind; readonly labels: Of };
