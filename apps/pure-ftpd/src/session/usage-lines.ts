// What users are told of their limits, and of what they have used [quota-upload-auth-cert §1.3].
import type { Account } from '@pure-ftpd/auth';
import { note } from '@pure-ftpd/messages';
import { type QuotaLimits, type QuotaUsage, usedPercent } from '@pure-ftpd/quota';
import type { FileSystem, CommandResult, Note } from '@pure-ftpd/server';
import { isFileError } from '@pure-ftpd/server/internal';

import { bandwidthOf, ratioOf } from '../limits/account-limits.ts';
import { quotaIn } from '../files/user-file-system.ts';
import type { Configuration } from '../options/configuration.ts';
import { isPublic } from './anonymous.ts';

/**
 * What a user with limits is told first.
 * @param trusted Whether it is one of those who have no ratio.
 */
export function limitNotices(account: Account, trusted: boolean, configuration: Configuration): Note[] {
  const notices: Note[] = [];
  if (bandwidthOf(account, configuration) !== undefined) notices.push(note('bandwidthLimited'));
  if (configuration.fxp === 'users' && !isPublic(account)) notices.push(note('fxpAllowed'));
  const ratio = trusted ? undefined : ratioOf(account, configuration);
  if (ratio !== undefined) notices.push(note('ratioNotice', { upload: ratio.upload, download: ratio.download }));
  return notices;
}

/** The lines about what is used; none without a quota, or when nobody knows. */
export async function usageLines(fs: FileSystem): Promise<Note[]> {
  const quota = quotaIn(fs);
  if (quota === undefined) return [];
  try {
    return linesOf(await quota.usage(), quota.limits);
  } catch (error) {
    // It is in the log.
    if (isFileError(error)) return [];
    throw error;
  }
}

function linesOf(usage: QuotaUsage, { files, bytes }: QuotaLimits): Note[] {
  const lines: Note[] = [];
  if (files !== undefined) lines.push(note('quotaFiles', of(usage.files, files, 1n)));
  if (bytes !== undefined) lines.push(note('quotaKibibytes', of(usage.bytes, bytes, 1024n)));
  return lines;
}

/** What is used of a limit, in whole units. */
function of(used: bigint, limit: bigint, unit: bigint): { used: string; percent: number; limit: string } {
  return { used: `${used / unit}`, percent: usedPercent(used, limit), limit: `${limit / unit}` };
}

/** The answer to a command that has changed what is used, with the lines about that. */
export async function withUsage(fs: FileSystem, result: CommandResult): Promise<CommandResult> {
  if (typeof result !== 'object' || quotaIn(fs) === undefined) return result;
  if (result.name === 'directoryCreated') return { ...result, remarks: await usageLines(fs) };
  if (result.name === 'transferComplete' || result.name === 'directoryRemoved' || result.name === 'fileRemoved')
    return { ...result, notes: await usageLines(fs) };
  return result;
}

/** The answer to MKD, or to an upload that had begun, for which the quota was too small. */
export async function overQuota(fs: FileSystem, result: CommandResult, verb: 'MKD' | 'STOR'): Promise<CommandResult> {
  if (typeof result !== 'object' || result.name !== 'storageLimitExceeded' || quotaIn(fs) === undefined) return result;
  const lines = await usageLines(fs);
  return verb === 'MKD' ? { ...result, remarks: lines } : { ...result, notes: [note('quotaEndsTransfer'), ...lines] };
}
