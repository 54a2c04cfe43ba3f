import { getgrgid, isNssAvailable, SystemError } from '@pure-ftpd/posix';
import { type Account } from '@pure-ftpd/auth';
import { joinPath } from '@pure-ftpd/protocol';
import { AbstractedFS, type Awaitable, type FileStats, type VirtualDirectory } from '@pure-ftpd/server';
import { isSystemError, type TemporaryFiles } from '@pure-ftpd/server/internal';

import { remembered } from '../remembered.ts';

/** What a session's file system is told about the session. */
export interface FileSystemOptions {
  readonly temporary: TemporaryFiles;
  /** The account's own group, which listings show by name [server-protocol §9.2]. */
  readonly group: { readonly gid: number; readonly name: string | undefined };
  /** Shows links as what they lead to, where that is inside. */
  readonly resolvesLinks: boolean;
  /** Whoever changes a mode keeps the owner's access (`-Z`). */
  readonly keepsOwnerAccess: boolean;
  /** Where links may lead outside of the root; undefined where none may. */
  readonly linkRoots: readonly string[] | undefined;
}

/** What a user sees of files: a jail, or everything. */
export class UserFileSystem extends AbstractedFS {
  /** Where the user begins, for rules about names. */
  ruledHome = '/';
  readonly #options: FileSystemOptions;

  constructor(root: string, options: FileSystemOptions) {
    super(root, { linkRoots: options.linkRoots });
    this.#options = options;
  }

  protected override temporaryFiles(): TemporaryFiles {
    return this.#options.temporary;
  }

  override async openDirectory(path: string): Promise<VirtualDirectory> {
    const directory = await super.openDirectory(path);
    return this.#options.resolvesLinks ? new ResolvedDirectory(this, path, directory) : directory;
  }

  override chmod(path: string, mode: number): Awaitable<void> {
    // Nobody is locked out of the home from afar.
    if (path === '/') return super.chmod(path, mode | 0o700);
    if (!this.#options.keepsOwnerAccess) return super.chmod(path, mode);
    return super.chmod(path, mode | (this.jail.stat(path).type === 'dir' ? 0o700 : 0o600));
  }

  /** Whether there is a node of that name, which may be a link that leads nowhere. */
  has(path: string): boolean {
    return this.jail.lstatIfPresent(path) !== undefined;
  }

  /**
   * The path that rules about names are for: that of the node itself, by whatever link it was reached.
   * @param follow Whether what is done concerns what a link in the last place leads to.
   */
  ruledPath(path: string, follow: boolean): string {
    return this.jail.pathInRoot(path, { follow });
  }

  override groupName(gid: number): string | undefined {
    const { group } = this.#options;
    return gid === group.gid ? group.name : undefined;
  }
}

/** A directory in which links that lead somewhere are what they lead to. */
class ResolvedDirectory implements VirtualDirectory {
  readonly #fs: UserFileSystem;
  readonly #path: string;
  readonly #directory: VirtualDirectory;

  constructor(fs: UserFileSystem, path: string, directory: VirtualDirectory) {
    this.#fs = fs;
    this.#path = path;
    this.#directory = directory;
  }

  names(): Awaitable<string[]> {
    return this.#directory.names();
  }

  async lstat(name: string): Promise<FileStats> {
    const stats = await this.#directory.lstat(name);
    if (stats.type !== 'link') return stats;
    try {
      return await this.#fs.stat(joinPath(this.#path, name));
    } catch (error) {
      // A link that leads nowhere, or out of the home, stays a link.
      if (isSystemError(error)) return stats;
      throw error;
    }
  }

  readlink(name: string): Awaitable<string> {
    return this.#directory.readlink(name);
  }

  close(): Awaitable<void> {
    return this.#directory.close();
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

/**
 * A `/./` in the home confines always, `-A` and a quota everybody but root; otherwise the user sees what the system lets see.
 * @param confines Whether either of these is there.
 */
export function confinementOf({ home, uid }: Account, confines: boolean): Confinement {
  if (home.chroot !== undefined) return { root: home.chroot, directory: home.directory, restricted: false };
  if (confines && uid !== 0) return { root: home.field, directory: '/', restricted: true };
  return { root: '/', directory: home.directory, restricted: false };
}

/**
 * The file system of a user, in the first directory.
 * @param make Makes it for the options.
 * @throws NodeJS.ErrnoException when that cannot be entered.
 */
export async function openUserFileSystem(
  account: Account,
  directory: string,
  options: Omit<FileSystemOptions, 'group'>,
  make: (options: FileSystemOptions) => UserFileSystem,
): Promise<UserFileSystem> {
  const group = { gid: account.gid, name: await groupNameOf(account.gid) };
  const fs = make({ ...options, group });
  try {
    fs.home = await fs.resolve(joinPath('/', directory), { follow: true, allowMissing: false });
    await fs.chdir(fs.home);
    fs.ruledHome = fs.ruledPath(fs.home, true);
    return fs;
  } catch (error) {
    await fs.close();
    throw error;
  }
}

/** How old the name of a group may be that listings show, in milliseconds. */
const GROUP_NAME_MS = 60_000;

const groupNameOf = remembered(findGroupName, GROUP_NAME_MS, String);

async function findGroupName(gid: number): Promise<string | undefined> {
  if (!isNssAvailable()) return undefined;
  try {
    return (await getgrgid(gid))?.name;
  } catch (error) {
    // Without a name service the number is shown.
    if (error instanceof SystemError) return undefined;
    throw error;
  }
}
