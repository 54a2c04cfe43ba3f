import type { RunningServer } from '@pure-ftpd/peers';

/** The one user of every server. */
export const USER = 'bench';
export const PASSWORD = 'golden';
export const UID = 3001;

/** The hash of the password, in md5-crypt: cheap, so that a login is measured and not a hash. */
export const HASH = '$1$golden00$DPibADmVwkcjtPf6igkkJ.';

/** As many sessions as anybody wants to measure, from one address too. */
export const SESSIONS = 12_000;

/** What a server is started for. */
export interface Place {
  /** The files of the user. */
  readonly home: string;
  /** A folder for what else the server needs. */
  readonly folder: string;
  /** A file with a key and its certificate: TLS is offered with it. */
  readonly certificate: string | undefined;
  /** Bytes a second that each transfer may take. */
  readonly limit: number | undefined;
  /** Who knows the user, as an argument of Pure-FTPd's `-l`; undefined: the server itself. */
  readonly login: string | undefined;
  /** Where to leave profiles, for those that can. */
  readonly profiles: string | undefined;
}

/** A server that can be measured. Each is a module in this folder, listed in `index.ts`. */
export interface ServerKind {
  readonly name: string;
  readonly kind: 'ours' | 'peer' | 'floor';
  /** Whether every session has a process of its own: thousands of them are not tried. */
  readonly processes: boolean;
  /** Why it cannot run here, or not for that; undefined when it can. */
  readonly missing: (wanted: Wanted) => string | undefined;
  readonly start: (place: Place) => Promise<RunningServer>;
}

/** What a row wants of the servers. */
export interface Wanted {
  readonly secure?: boolean;
  readonly limit?: number;
  readonly login?: string;
}

/** The name as it is given on a command line and to folders. */
export function slug({ name }: ServerKind): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
