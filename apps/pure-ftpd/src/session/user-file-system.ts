import { getgrgid, isNssAvailable, SystemError } from '@pure-ftpd/posix';
import { type Account } from '@pure-ftpd/auth';
import { AbstractedFS } from '@pure-ftpd/server';

/** What a session's file system is told about the session. */
export interface FileSystemOptions {
  readonly temporaryPrefix: string;
  /** The account's own group, which listings show by name [server-protocol §9.2]. */
  readonly group: { readonly gid: number; readonly name: string | undefined };
}

/** What a user sees of files: a jail, or everything. */
export class UserFileSystem extends AbstractedFS {
  readonly #options: FileSystemOptions;

  constructor(root: string, options: FileSystemOptions) {
    super(root);
    this.#options = options;
  }

  override temporaryPrefix(): string {
    return this.#options.temporaryPrefix;
  }

  override groupName(gid: number): string | undefined {
    const { group } = this.#options;
    return gid === group.gid ? group.name : undefined;
  }
}

/** Where a user is confined [server-behaviour §6.1]. */
export interface Confinement {
  readonly root: string;
  /** First current directory, inside the root. */
  readonly directory: string;
  /** The server confines the user; nothing in the account asks for it. */
  readonly restricted: boolean;
}

/** A `/./` in the home confines always, `-A` everybody but root; otherwise the user sees what the system lets see. */
export function confinementOf({ home, uid }: Account, chrootEveryone: boolean): Confinement {
  if (home.chroot !== undefined) return { root: home.chroot, directory: home.directory, restricted: false };
  if (chrootEveryone && uid !== 0) return { root: home.field, directory: '/', restricted: true };
  return { root: '/', directory: home.directory, restricted: false };
}

/**
 * The file system of a user, in the first directory.
 * @throws NodeJS.ErrnoException when that cannot be entered.
 */
export async function openUserFileSystem(
  account: Account,
  confinement: Confinement,
  temporaryPrefix: string,
): Promise<UserFileSystem> {
  const group = { gid: account.gid, name: await groupNameOf(account.gid) };
  const fs = new UserFileSystem(confinement.root, { temporaryPrefix, group });
  try {
    await fs.chdir(await fs.resolve(confinement.directory, { follow: true, allowMissing: false }));
    return fs;
  } catch (error) {
    await fs.close();
    throw error;
  }
}

async function groupNameOf(gid: number): Promise<string | undefined> {
  if (!isNssAvailable()) return undefined;
  try {
    return (await getgrgid(gid))?.name;
  } catch (error) {
    // Without a name service the number is shown.
    if (error instanceof SystemError) return undefined;
    throw error;
  }
}
