import type { Account } from '@pure-ftpd/auth';

/** Where a user is confined [server-behaviour §6.1]. */
export interface Confinement {
  readonly root: string;
  /** First current directory, inside the root. */
  readonly directory: string;
  /** The server confines the user; nothing in the account asks for it. */
  readonly restricted: boolean;
}

/**
 * A `/./` in the home confines always, `-A` and a quota everybody but root; otherwise the user sees what the system lets see.
 * @param confines Whether either of these is there.
 */
export function confinementOf({ home, uid }: Account, confines: boolean): Confinement {
  if (home.chroot !== undefined) return { root: home.chroot, directory: home.directory, restricted: false };
  if (confines && uid !== 0) return { root: home.field, directory: '/', restricted: true };
  return { root: '/', directory: home.directory, restricted: false };
}
