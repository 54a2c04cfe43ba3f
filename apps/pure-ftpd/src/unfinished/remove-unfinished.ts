import { Jail } from '@pure-ftpd/jail';
import { joinPath } from '@pure-ftpd/protocol';
import { QuotaAccount, type QuotaAmount } from '@pure-ftpd/quota';
import { isSystemError } from '@pure-ftpd/server/internal';

import type { QuotaFileReport } from '../limits/quota-errors.ts';
import { QuotaUse } from '../limits/quota-repair.ts';
import type { UnfinishedUpload } from './unfinished-upload.ts';

/**
 * Removes what an upload has left whose process was killed, as whoever this process is, and gives back what it was charged. It
 * is not there any more where the upload was complete after all, or somebody has moved its directory.
 *
 * @param linkRoots As the file system of the session had them.
 * @param report Hears of a quota file that cannot be used.
 * @throws SystemError, QuotaFileError
 */
export async function removeUnfinished(
  { root, directory, name, charged }: UnfinishedUpload,
  linkRoots: readonly string[] | undefined,
  report: QuotaFileReport,
): Promise<void> {
  const jail = openIfPresent(root, linkRoots);
  if (jail === undefined) return;
  try {
    // Where links may lead out, the path means what it meant only when it has been resolved.
    const path = joinPath(jail.resolve(directory, { follow: true }), name);
    const remove = (): QuotaAmount => {
      const stats = jail.lstatIfPresent(path);
      if (stats?.type !== 'file') return {};
      jail.unlink(path);
      // It is as long as what is charged.
      return { files: 1, bytes: stats.size };
    };
    const { rootDescriptor } = jail;
    if (!charged || rootDescriptor === undefined) remove();
    else await release(rootDescriptor, remove, report);
  } finally {
    jail.close();
  }
}

/** Undefined when the root is gone: so is what was in it. */
function openIfPresent(root: string, linkRoots: readonly string[] | undefined): Jail | undefined {
  try {
    return Jail.open(root, { linkRoots });
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function release(root: number, remove: () => QuotaAmount, report: QuotaFileReport): Promise<void> {
  const use = new QuotaUse(root);
  try {
    await new QuotaAccount(root, {}, {}, use.watch).release(remove);
  } finally {
    await use.end(report);
  }
}
