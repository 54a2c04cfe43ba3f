import type { Outcome } from '@pure-ftpd/server';
import { isFileError } from '@pure-ftpd/server/internal';

import { ratioOf } from '../limits/account-limits.ts';
import type { PureFtpdHandler } from './handler.ts';

/** Why a file may not be downloaded yet; undefined when it may, or when something else is wrong with it. */
export async function refusedByRatio(session: PureFtpdHandler, path: string): Promise<Outcome | undefined> {
  const { account, credit, trusted } = session;
  const ratio = account === undefined || trusted ? undefined : ratioOf(account, session.settings.daemon.configuration);
  if (ratio === undefined) return undefined;
  const bytes = await bytesToSend(session, path);
  if (bytes === undefined || credit.allows(bytes, ratio)) return undefined;
  session.restartPosition = 0;
  return { name: 'ratioExceeded', ...ratio, uploaded: credit.uploaded, downloaded: credit.downloaded };
}

/** Undefined when the download is refused for another reason. */
async function bytesToSend({ fs, restartPosition }: PureFtpdHandler, path: string): Promise<number | undefined> {
  try {
    const { type, size } = await fs.stat(path);
    return type === 'file' && restartPosition <= size ? size - restartPosition : undefined;
  } catch (error) {
    if (isFileError(error)) return undefined;
    throw error;
  }
}
