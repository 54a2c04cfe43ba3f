// Other folders for anonymous users, by the address they have connected to [server-behaviour §12.2].
import { statSync } from 'node:fs';
import path from 'node:path';

import type { Account } from '@pure-ftpd/auth';
import { isSystemError } from '@pure-ftpd/server/internal';

/** Where Debian's package has them: a folder, or a link to one, for each address. */
const VIRTUAL_HOSTS = '/etc/pure-ftpd/pure-ftpd';

function folderOf(localAddress: string): string {
  return path.join(VIRTUAL_HOSTS, localAddress);
}

/**
 * The anonymous account at an address of the server: with the folder of that address, where there is one.
 * @param localAddress A numeric address.
 */
export function anonymousAccountAt(account: Account, localAddress: string): Account {
  const folder = folderOf(localAddress);
  return isFolder(folder) ? { ...account, home: { field: folder, chroot: folder, directory: '/' } } : account;
}

/** Whether an anonymous account is that of a virtual host. */
export function isVirtualHost({ home }: Account, localAddress: string): boolean {
  return home.field === folderOf(localAddress);
}

function isFolder(folder: string): boolean {
  try {
    return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch (error) {
    // One that cannot be looked at is none.
    if (isSystemError(error)) return false;
    throw error;
  }
}
