import { daemonReason } from '@pure-ftpd/messages';
import { QuotaExceededError, QuotaFileError } from '@pure-ftpd/quota';
import { FilesystemError, StorageLimitExceeded } from '@pure-ftpd/server';

/** Hears of quota files that cannot be used: the administrator has to know. */
export type QuotaFileReport = (error: QuotaFileError) => void;

/** An error of the quota as one that the client is told of; any other as it is. */
export function toClient(error: unknown, report: QuotaFileReport): unknown {
  if (error instanceof QuotaExceededError) return new StorageLimitExceeded({ cause: error });
  if (!(error instanceof QuotaFileError)) return error;
  report(error);
  return new FilesystemError(daemonReason('quotaUnknown'), { cause: error });
}

/** Does some work, and has its errors of the quota told to the client. */
export async function quotaErrorsToClient<T>(work: () => Promise<T>, report: QuotaFileReport): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toClient(error, report);
  }
}
