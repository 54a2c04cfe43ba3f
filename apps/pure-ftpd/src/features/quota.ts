// What a quota does [quota-upload-auth-cert §1.3]: which file system is counted, what is refused, what users are told.
import type { Account } from '@pure-ftpd/auth';
import { note } from '@pure-ftpd/messages';
import { type QuotaLimits, type QuotaUsage, usedPercent } from '@pure-ftpd/quota';
import type { CommandResult, FileSystem, Note } from '@pure-ftpd/server';
import { isFileError, type Slots, type StateOf } from '@pure-ftpd/server/internal';

import type { Feature, Run } from '../contract/feature.ts';
import type { PureFtpdSession } from '../contract/session.ts';
import { type FilesQuota, quotaIn } from '../files/user-file-system.ts';
import { quotaOf } from '../limits/account-limits.ts';
import { isReservedName } from '../limits/reserved-names.ts';

const STATE = {
  /** The quota has ended the transfer that runs. */
  cutByQuota: { initial: (): boolean => false, ofUser: true },
} as const satisfies Slots;

type CountedSession = PureFtpdSession & StateOf<typeof STATE>;

/** The quota of who logs in; undefined where there is none. */
export function quotaOfSession({ trusted, settings }: PureFtpdSession, account: Account): QuotaLimits | undefined {
  return trusted ? undefined : quotaOf(account, settings.daemon.configuration);
}

/** Whether a name is one that nobody whose storage is counted may touch. */
export function isReservedByQuota(fs: FileSystem, name: string): boolean {
  return quotaIn(fs) !== undefined && isReservedName(name);
}

/** Whether a new file of so many bytes would find room. @throws {FilesystemError} when it cannot be known. */
export async function hasQuotaFor(fs: FileSystem, bytes: number): Promise<boolean> {
  return (await quotaIn(fs)?.hasRoomFor(bytes)) !== false;
}

/** The lines about what is used; none when nobody knows. */
async function usageLines(files: FilesQuota): Promise<Note[]> {
  try {
    return linesOf(await files.usage(), files.limits);
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

/** The answer to a command that has changed what is used, or would have, with the lines about that. */
async function withUsage(files: FilesQuota, result: CommandResult): Promise<CommandResult> {
  if (typeof result !== 'object') return result;
  if (result.name === 'directoryCreated') return { ...result, remarks: await usageLines(files) };
  if (result.name === 'transferComplete' || result.name === 'directoryRemoved' || result.name === 'fileRemoved')
    return { ...result, notes: await usageLines(files) };
  return result;
}

/** MKD, for which the quota may be too small. */
async function withUsageOrLimit(files: FilesQuota, result: CommandResult): Promise<CommandResult> {
  if (typeof result !== 'object' || result.name !== 'storageLimitExceeded') return withUsage(files, result);
  return { ...result, remarks: await usageLines(files) };
}

/** The end of an upload, with what is used now; one that had begun may have been ended by the quota. */
async function stored(session: CountedSession, files: FilesQuota, result: CommandResult): Promise<CommandResult> {
  if (!session.cutByQuota) return withUsage(files, result);
  session.cutByQuota = false;
  if (typeof result !== 'object' || result.name !== 'storageLimitExceeded') return result;
  return { ...result, notes: [note('quotaEndsTransfer'), ...(await usageLines(files))] };
}

/** A verb, and what is to be said of its result to users with a quota. */
function counted(
  say: (session: CountedSession, files: FilesQuota, result: CommandResult) => Promise<CommandResult>,
): (run: Run) => Run {
  return (run) => (session: CountedSession, argument: string) => {
    const files = quotaIn(session.fs);
    if (files === undefined) return run(session, argument);
    return Promise.resolve(run(session, argument)).then((result) => say(session, files, result));
  };
}

const changing = counted((_session, files, result) => withUsage(files, result));
const storing = counted(stored);

export const quota = {
  name: 'quota',
  state: STATE,
  around: {
    APPE: storing,
    STOR: storing,
    STOU: storing,
    DELE: changing,
    RMD: changing,
    MKD: counted((_session, files, result) => withUsageOrLimit(files, result)),
  },
  async welcome({ fs }, outcome) {
    const files = quotaIn(fs);
    if (files === undefined || outcome.name !== 'loggedIn') return outcome;
    return { ...outcome, remarks: await usageLines(files) };
  },
  on: {
    transfer(session: CountedSession, { overLimit }) {
      session.cutByQuota = overLimit === true;
    },
  },
} satisfies Feature;
