/** Where a session starts, and what it is confined to. */
export interface Home {
  /** The whole field, absolute: `/srv/ftp/alice/./pub`. */
  readonly field: string;
  /** Directory to enter. Absolute: inside the jail when there is one, on the server otherwise. */
  readonly directory: string;
  /** Root of the jail that the account itself asks for (the part before `/./`); undefined when it asks for none. */
  readonly chroot: string | undefined;
}

/** Limits of one account; undefined means that the account says nothing, and the server's own holds. */
export interface AccountLimits {
  /** Bytes per second. */
  readonly uploadBandwidth: bigint | undefined;
  /** Bytes per second. */
  readonly downloadBandwidth: bigint | undefined;
  readonly uploadRatio: number | undefined;
  readonly downloadRatio: number | undefined;
  /** Files; 0 allows none. */
  readonly quotaFiles: bigint | undefined;
  /** Bytes; 0 allows none. */
  readonly quotaSize: bigint | undefined;
  /** Sessions at a time; 0 for any number. */
  readonly maxSessions: number | undefined;
}

/** Of an account that says nothing about limits. */
export const NO_LIMITS: AccountLimits = {
  uploadBandwidth: undefined,
  downloadBandwidth: undefined,
  uploadRatio: undefined,
  downloadRatio: undefined,
  quotaFiles: undefined,
  quotaSize: undefined,
  maxSessions: undefined,
};

/** Who has been let in, and on what terms [server-behaviour §3]. */
export interface Account {
  readonly login: string;
  /** The method that let it in. */
  readonly method: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: Home;
  readonly limits: AccountLimits;
  /** Whether `~user` may be looked up, and names of owners (the C server's slow_tilde_expansion is off). */
  readonly resolvesNames: boolean;
}

/**
 * Takes a home directory apart at its first `/./`: before it the jail, after it the directory to start in
 * [server-behaviour §6.1].
 * @param field Absolute.
 */
export function parseHome(field: string): Home {
  const mark = field.indexOf('/./');
  if (mark === -1) {
    // A home that ends in `/.` is the same directory, and no mark.
    return { field, directory: field, chroot: undefined };
  }
  return { field, chroot: mark === 0 ? '/' : field.slice(0, mark), directory: field.slice(mark + 2) };
}
