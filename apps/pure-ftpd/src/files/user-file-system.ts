import type { QuotaLimits, QuotaUsage } from '@pure-ftpd/quota';
import type { FileSystem } from '@pure-ftpd/server';

/** The quota of a user's files. */
export interface FilesQuota {
  readonly limits: QuotaLimits;
  /** What is used. @throws {FilesystemError} when it cannot be known. */
  usage(): Promise<QuotaUsage>;
  /** Whether a new file of so many bytes would find room now. @throws {FilesystemError} when it cannot be known. */
  hasRoomFor(bytes: number): Promise<boolean>;
}

/** What a user of the daemon sees of files: a file system of some kind, and layers around it. */
export interface UserFileSystem extends FileSystem {
  /** Where the user begins, for rules about names. */
  readonly ruledHome: string;
  /** Undefined where nothing is charged. */
  readonly quota: FilesQuota | undefined;
  /** Whether there is a node of that name, which may be a link that leads nowhere. */
  has(path: string): boolean;
  /**
   * The path that rules about names are for: that of the node itself, by whatever link it was reached.
   * @param follow Whether what is done concerns what a link in the last place leads to.
   */
  ruledPath(path: string, follow: boolean): string;
}

export function isOfUser(fs: FileSystem): fs is UserFileSystem {
  return 'ruledPath' in fs;
}

/** The quota that a session's files are charged to; undefined where there is none. */
export function quotaIn(fs: FileSystem): FilesQuota | undefined {
  return isOfUser(fs) ? fs.quota : undefined;
}
