// What the process is told that speaks to the engine of a cluster, and what it answers: a line of JSON each.
import type { ScriptCall } from '@pure-ftpd/cluster';

/** The first line to it. */
export interface ClusterOrders {
  readonly url: string;
  readonly password: string | undefined;
}

/** Each further line. */
export interface ClusterCall extends ScriptCall {
  readonly call: number;
}

/** A line of its: what the script has said, or why nobody has. */
export interface ClusterAnswer {
  readonly call: number;
  readonly answer?: number;
  readonly error?: string;
}
