// What the control socket needs of its server: one process, or the monitor of several.
import type { DoneOf } from '@pure-ftpd/control';
import type { Bandwidth } from '@pure-ftpd/options';

import type { SessionOrder } from '../contract/session-order.ts';

/** What became of a wish to read the configuration anew. */
export type Reloaded =
  | { readonly kind: 'done'; readonly changed: readonly string[]; readonly restart: readonly string[] }
  /** Nothing has changed: why, a line each. */
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

/** What a server tells of itself. */
export type ServerHealth = Pick<DoneOf<'health'>, 'mode' | 'state' | 'workers' | 'configurations' | 'reloadedAt'>;

/** The limits of a server, 0 for none. */
export interface ServerLimits {
  readonly sessions: number;
  readonly perAddress: number;
  readonly perUser: number;
  readonly anonymous: number;
  /** Of a session, in bytes a second. */
  readonly bandwidth: Bandwidth | undefined;
  /** Of all sessions of a user, and of all there are. */
  readonly userBandwidth: Bandwidth | undefined;
  readonly serverBandwidth: Bandwidth | undefined;
}

/** A server that can be told what to do. */
export interface ControlledServer {
  /** Has the process that has a session do something. */
  order(session: string, order: SessionOrder): void;
  /** Nobody new is served; sessions go on until they end, or for so many seconds. */
  drain(seconds: number | undefined): void;
  /** @param words Another command line than that of the start; undefined for what holds now. */
  reload(words: readonly string[] | undefined): Promise<Reloaded>;
  readonly health: ServerHealth;
  readonly limits: ServerLimits;
}
