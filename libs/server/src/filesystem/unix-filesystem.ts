import { getgrgidSync, getpwuidSync, isNssAvailable } from '@pure-ftpd/posix';

import { AbstractedFS } from './abstracted-fs.ts';

/** Names kept of users and groups, of each; a directory rarely has more owners. */
const MAX_NAMES = 1024;

/**
 * The real file system of a Unix machine: clients begin in their home, may leave it, and see all paths as they are; with
 * the names of owners. To be used with {@link UnixAuthorizer}, which has every operation done as the user: without it,
 * clients may do whatever the process may.
 */
export class UnixFilesystem extends AbstractedFS {
  readonly #users = new Map<number, string | undefined>();
  readonly #groups = new Map<number, string | undefined>();

  /**
   * @param home Where the client begins.
   * @throws NodeJS.ErrnoException when the home cannot be entered.
   */
  constructor(home: string) {
    super('/');
    try {
      this.home = this.jail.resolve(home, { follow: true, allowMissing: false });
      this.jail.openDirectory(this.home).close();
    } catch (error) {
      this.jail.close();
      throw error;
    }
  }

  override userName(uid: number): string | undefined {
    return remembered(this.#users, uid, (id) => getpwuidSync(id)?.name);
  }

  override groupName(gid: number): string | undefined {
    return remembered(this.#groups, gid, (id) => getgrgidSync(id)?.name);
  }
}

function remembered(
  names: Map<number, string | undefined>,
  id: number,
  find: (id: number) => string | undefined,
): string | undefined {
  if (names.has(id)) return names.get(id);
  // Without the name service, listings show numbers.
  const name = isNssAvailable() ? find(id) : undefined;
  if (names.size < MAX_NAMES) names.set(id, name);
  return name;
}
