// `-A`, `-a` and homes with `/./`: what a user sees of the file system [server-behaviour §6].
import { basename, dirname } from 'node:path/posix';

import { type Account, isTrusted, systemIdentity } from '@pure-ftpd/auth';
import type { Configuration } from '@pure-ftpd/options';
import { type FileSystem, StorageUnavailable } from '@pure-ftpd/server';
import type { TemporaryFiles } from '@pure-ftpd/server/internal';

import type { Feature } from '../contract/feature.ts';
import type { PureFtpdSession } from '../contract/session.ts';
import { isPublic } from '../login/anonymous-account.ts';
import { confinementOf } from '../files/confinement.ts';
import { type MountedHome, mountedHome } from '../files/mounts.ts';
import { openUserFileSystem } from '../files/open-user-file-system.ts';
import { type ChargedTo, openStoredFiles } from '../files/stored-files.ts';
import { temporaryPrefix } from '../unfinished/unfinished-upload.ts';
import { withoutFeatures } from './feature-list.ts';
import { quotaOfSession } from './quota.ts';

/** Whether an account is of the group of `-a`. */
async function isMember(account: Account, { trustedGid }: Configuration): Promise<boolean> {
  if (trustedGid === undefined || isPublic(account)) return false;
  return isTrusted(await systemIdentity(account), trustedGid);
}

/**
 * The file system of a user, and what else follows from where the user is confined.
 * @throws NodeJS.ErrnoException when the home cannot be entered.
 */
export async function openFiles(session: PureFtpdSession, account: Account): Promise<FileSystem> {
  const { configuration } = session.settings.daemon;
  const { chrootEveryone, trustedGid } = configuration;
  session.trusted = await isMember(account, configuration);
  const limits = quotaOfSession(session, account);
  const charged = limits && { limits, report: (error: Error) => session.lines.write('ERROR', error.message) };
  const mounted = mountedHome(configuration.storage, account.home);
  if (mounted !== undefined) return openMounted(session, mounted, charged);
  const confines = chrootEveryone || (trustedGid !== undefined && !session.trusted) || limits !== undefined;
  const place = confinementOf(account, confines);
  session.restricted = place.restricted;
  return openUserFileSystem(account, place, {
    temporary: temporaryFiles(session, limits !== undefined),
    resolvesLinks: configuration.brokenClients,
    keepsOwnerAccess: configuration.rules.keepsOwnerAccess,
    linkRoots: configuration.linkRoots,
    quota: charged,
  });
}

/** The files of a home in a bucket. @throws FilesystemError when it cannot be reached. */
async function openMounted(
  session: PureFtpdSession,
  home: MountedHome,
  charged: ChargedTo | undefined,
): Promise<FileSystem> {
  const { storage } = session.settings.daemon;
  if (storage === undefined) throw new StorageUnavailable();
  session.restricted = home.restricted;
  return openStoredFiles(home, storage.open(session, home), charged);
}

/** Of uploads under way. @param charged Whether they are charged to a quota. */
function temporaryFiles(session: PureFtpdSession, charged: boolean): TemporaryFiles {
  const { unfinished } = session.settings.daemon;
  const prefix = temporaryPrefix(session.startedAt, session.localPort);
  if (unfinished === undefined) return { prefix };
  return {
    prefix,
    began: (path) =>
      unfinished.began({ root: session.fs.root, directory: dirname(path), name: basename(path), charged }),
    ended: (path) => unfinished.ended(basename(path)),
  };
}

export const confinement = {
  name: 'confinement',
  around: {
    // `..` does not go to where a link came from [server-behaviour §6.5].
    FEAT: (run) => async (session: PureFtpdSession, argument) =>
      withoutFeatures(
        await run(session, argument),
        session.settings.daemon.configuration.linkRoots === undefined ? [] : ['TVFS'],
      ),
  },
} satisfies Feature;
