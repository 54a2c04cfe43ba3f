// The option table: every option there is. One row says all there is to know of an option.
import type { FieldsOf, Option } from './option.ts';
import { ACCOUNT_OPTIONS } from './rows/accounts.ts';
import { CHARSET_OPTIONS } from './rows/charsets.ts';
import { CONTROL_OPTIONS } from './rows/control.ts';
import { LANGUAGE_OPTIONS } from './rows/languages.ts';
import { CLUSTER_OPTIONS } from './rows/cluster.ts';
import { LIMIT_OPTIONS } from './rows/limits.ts';
import { LINK_OPTIONS } from './rows/links.ts';
import { LISTENING_OPTIONS } from './rows/listening.ts';
import { LOG_OPTIONS } from './rows/log.ts';
import { METRICS_OPTIONS } from './rows/metrics.ts';
import { PENALTY_OPTIONS } from './rows/penalties.ts';
import { PROCESS_OPTIONS } from './rows/process.ts';
import { REQUEST_OPTIONS } from './rows/requests.ts';
import { RULE_OPTIONS } from './rows/rules.ts';
import { SESSION_OPTIONS } from './rows/sessions.ts';
import { STORAGE_OPTIONS } from './rows/storage.ts';
import { TLS_OPTIONS } from './rows/tls.ts';
import { UPLOAD_OPTIONS } from './rows/uploads.ts';

const ROWS = [
  ...LIMIT_OPTIONS,
  ...CLUSTER_OPTIONS,
  ...LISTENING_OPTIONS,
  ...RULE_OPTIONS,
  ...PENALTY_OPTIONS,
  ...SESSION_OPTIONS,
  ...TLS_OPTIONS,
  ...LINK_OPTIONS,
  ...LANGUAGE_OPTIONS,
  ...CHARSET_OPTIONS,
  ...LOG_OPTIONS,
  ...PROCESS_OPTIONS,
  ...CONTROL_OPTIONS,
  ...METRICS_OPTIONS,
  ...UPLOAD_OPTIONS,
  ...STORAGE_OPTIONS,
  ...ACCOUNT_OPTIONS,
  ...REQUEST_OPTIONS,
];

/** A configuration while options are read. */
export type Draft = FieldsOf<typeof ROWS>;

/** The order in which the C server lists its options; 8 and 9, which it had until 1.0.47, behind those of today. */
const ORDER = '012346AabBCcdDeEfFgGhHIijKklLMmNnoOpPqQrRsStTUuVwWxXyYJzZv89';

/** Ours follow those of the C server. */
function place({ short }: Option<Draft>): number {
  return short === undefined ? ORDER.length : ORDER.indexOf(short);
}

/** Every option there is, in the order of the help. */
export const options: readonly Option<Draft>[] = ROWS.toSorted((a, b) => place(a) - place(b));
