import type { RunningServer } from '@pure-ftpd/peers';

/** The one user of every server. */
export const USER = 'bench';
export const PASSWORD = 'golden';
export const UID = 3001;

/** The hash of the password, in md5-crypt: cheap, so that a login is measured and not a hash. */
export const HASH = '$1$golden00$DPibADmVwkcjtPf6igkkJ.';

/** A server that can be measured. Each is a module in this folder, listed in `index.ts`. */
export interface ServerKind {
  readonly name: string;
  readonly kind: 'ours' | 'peer';
  /** Why it cannot run here; undefined when it can. */
  readonly missing: () => string | undefined;
  /** Starts it: the user's files are in `home`, `folder` is for what else it needs. */
  readonly start: (home: string, folder: string) => Promise<RunningServer>;
}
