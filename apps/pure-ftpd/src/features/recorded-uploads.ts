// `--upload-journal`: an upload is written down before its client hears 226, and none begins that could not be.
import type { TransferDetails } from '@pure-ftpd/server';
import { isFileError } from '@pure-ftpd/server/internal';

import type { Feature, Run } from '../contract/feature.ts';
import type { PureFtpdSession } from '../contract/session.ts';

function whileThereIsRoom(run: Run): Run {
  return (session: PureFtpdSession, argument: string) =>
    session.settings.daemon.uploads?.isFull === true ? { name: 'uploadsHeld' } : run(session, argument);
}

async function record(session: PureFtpdSession, path: string, { virtualPath }: TransferDetails): Promise<void> {
  const { uploads } = session.settings.daemon;
  if (uploads === undefined) return;
  await uploads.record(session, { path, ...(await lookAt(session, virtualPath)) });
}

/** The file as it is; somebody may have taken it away already. */
async function lookAt(
  { fs }: PureFtpdSession,
  path: string,
): Promise<{ size: number | undefined; perms: number | undefined }> {
  try {
    const { size, mode } = await fs.stat(path);
    return { size, perms: mode & 0o7777 };
  } catch (error) {
    if (!isFileError(error)) throw error;
    return { size: undefined, perms: undefined };
  }
}

export const recordedUploads = {
  name: 'recorded uploads',
  around: { STOR: whileThereIsRoom, APPE: whileThereIsRoom, STOU: whileThereIsRoom },
  on: { stored: record },
} satisfies Feature;
