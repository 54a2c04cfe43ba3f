import { FileSystemLayer } from '@pure-ftpd/server';

import type { FilesQuota, UserFileSystem } from './user-file-system.ts';

/** A layer of the files of a user of the daemon. */
export class UserFileSystemLayer<Inner extends UserFileSystem = UserFileSystem>
  extends FileSystemLayer<Inner>
  implements UserFileSystem
{
  get ruledHome(): string {
    return this.inner.ruledHome;
  }

  get quota(): FilesQuota | undefined {
    return this.inner.quota;
  }

  has(path: string): boolean {
    return this.inner.has(path);
  }

  ruledPath(path: string, follow: boolean): string {
    return this.inner.ruledPath(path, follow);
  }
}
