import type { Account } from '@pure-ftpd/auth';
import { getgrgid, isNssAvailable, SystemError } from '@pure-ftpd/posix';
import type { QuotaLimits } from '@pure-ftpd/quota';
import type { TemporaryFiles } from '@pure-ftpd/server/internal';

import type { QuotaFileReport } from '../limits/quota-errors.ts';
import { remembered } from '../remembered.ts';
import type { Confinement } from './confinement.ts';
import { LocalFileSystem } from './local-file-system.ts';
import { ownerAccess } from './owner-access.ts';
import { quota } from './quota.ts';
import { resolvedLinks } from './resolved-links.ts';
import type { UserFileSystem } from './user-file-system.ts';

/** What the files of a session are to be like. */
export interface UserFilesOptions {
  readonly temporary: TemporaryFiles;
  /** Shows links as what they lead to, where that is inside. */
  readonly resolvesLinks: boolean;
  /** Whoever changes a mode keeps the owner's access (`-Z`). */
  readonly keepsOwnerAccess: boolean;
  /** Where links may lead outside of the root; undefined where none may. */
  readonly linkRoots: readonly string[] | undefined;
  /** What is charged, and who hears of quota files that cannot be used; undefined where nothing is. */
  readonly quota: { readonly limits: QuotaLimits; readonly report: QuotaFileReport } | undefined;
}

/**
 * The files of a user, in the first directory.
 * @throws NodeJS.ErrnoException when that cannot be entered.
 */
export async function openUserFileSystem(
  account: Pick<Account, 'gid'>,
  { root, directory }: Pick<Confinement, 'root' | 'directory'>,
  { temporary, linkRoots, quota: charged, resolvesLinks, keepsOwnerAccess }: UserFilesOptions,
): Promise<UserFileSystem> {
  const group = { gid: account.gid, name: await groupNameOf(account.gid) };
  const local = new LocalFileSystem(root, { temporary, linkRoots, group });
  try {
    local.begin(directory);
    const counted = charged === undefined ? local : quota(local, charged.limits, charged.report);
    return ownerAccess(resolvesLinks ? resolvedLinks(counted) : counted, keepsOwnerAccess);
  } catch (error) {
    await local.close();
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
