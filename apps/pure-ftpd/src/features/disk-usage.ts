// `-k`: no uploads to file systems that are too full, and ALLO [server-protocol §4].
import { dirname } from 'node:path/posix';

import { type FileSystem, type CommandResult, FilesystemError } from '@pure-ftpd/server';
import { allo, errorText, isFileError, isSystemError, reason } from '@pure-ftpd/server/internal';

import type { Feature, Result, Run } from '../contract/feature.ts';
import type { PureFtpdSession } from '../contract/session.ts';
import { hasQuotaFor } from './quota.ts';

/**
 * Whether the file system of a directory is fuller than it may be, for unprivileged users.
 * @param percent 0 to 100.
 */
async function isTooFull(fs: FileSystem, directory: string, percent: number): Promise<boolean> {
  try {
    const { free, total } = await fs.statfs(directory);
    return total > 0 && (1 - free / total) * 100 > percent;
  } catch (error) {
    // The upload that follows says what is wrong with the place.
    if (isSystemError(error) || error instanceof FilesystemError) return false;
    throw error;
  }
}

/** An upload to a directory that may be too full. */
function storeWithin(session: PureFtpdSession, directory: string, store: () => Result): Result {
  const { maxDiskUsage } = session.settings.daemon.configuration;
  if (maxDiskUsage === undefined) return store();
  return isTooFull(session.fs, directory, maxDiskUsage).then((full) =>
    full ? { name: 'storageLimitExceeded' } : store(),
  );
}

function storedByPath(run: Run): Run {
  return (session: PureFtpdSession, path: string) => storeWithin(session, dirname(path), () => run(session, path));
}

/** ALLO: whether an upload of a size would find room. Nothing is reserved: another upload may take the room first. */
async function allocate(session: PureFtpdSession, argument: string): Promise<CommandResult> {
  if (argument.startsWith('-')) {
    return { name: 'argumentInvalid', verb: 'ALLO', reason: reason('bytesExpected') };
  }
  const bytes = Number(/^\d*/.exec(argument)?.[0] ?? 0);
  const { fs, cwd } = session;
  try {
    if (bytes > (await fs.statfs(cwd)).free || !(await hasQuotaFor(fs, bytes))) return { name: 'storageLimitExceeded' };
  } catch (error) {
    // Where the room cannot be told, the upload will tell.
    if (!isFileError(error)) throw error;
    session.settings.daemon.log.write('DEBUG', `free space: ${errorText(error)}`, session.subject);
  }
  return allo(session, argument);
}

export const diskUsage = {
  name: 'disk usage',
  rows: { ALLO: { run: allocate } },
  around: {
    STOR: storedByPath,
    APPE: storedByPath,
    STOU: (run) => (session: PureFtpdSession, argument) =>
      storeWithin(session, session.cwd, () => run(session, argument)),
  },
} satisfies Feature;
