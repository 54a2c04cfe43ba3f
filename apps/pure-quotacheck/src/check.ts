import { chmodSync, closeSync, fstatSync, openSync } from 'node:fs';

import { systemErrorText } from '@pure-ftpd/cli';
import { becomeIdentity, MAX_ID } from '@pure-ftpd/cli/daemon';
import { isOpenat2Available, O_DIRECTORY, O_PATH } from '@pure-ftpd/posix';
import { encodeName } from '@pure-ftpd/protocol';
import { countTree, formatUsage, QUOTA_FILE, QuotaFile, QuotaFileError, recount } from '@pure-ftpd/quota';

import type { Accounts } from './accounts.ts';
import type { Request } from './command-line.ts';
import { CheckError, ExitStatus } from './exit-status.ts';
import type { Progress } from './progress.ts';

/** What the owner of a home must be allowed for a quota file to be made in it. */
const OWNER_RIGHTS = 0o700;

/**
 * Counts the files below a directory into its `.ftpquota`, as the account.
 *
 * Started by root, nothing in the directory is looked at before the process is the account, for good. The directory is held
 * by a descriptor from the start: whatever its owner does to paths meanwhile, it stays the one that is counted.
 *
 * @returns What a dry run has to say; else nothing.
 * @throws {CheckError}
 */
export async function check(request: Request, accounts: Accounts, progress: Progress): Promise<string> {
  if (!isOpenat2Available())
    throw new CheckError(ExitStatus.notTraversed, 'pure-quotacheck needs Linux 5.6 with /proc');
  const isRoot = process.geteuid?.() === 0;
  const root = enter(request, accounts, isRoot);
  try {
    return await (request.dryRun ? compare(root, progress, request) : write(root, progress, request));
  } finally {
    progress.end();
    closeSync(root);
  }
}

/** Opens the directory, and becomes the account. */
function enter({ uid, gid, directory }: Request, accounts: Accounts, isRoot: boolean): number {
  const refused = (error: unknown): CheckError => {
    const what = isRoot ? `Can't chroot to [${directory}]` : `Can't enter directory [${directory}]`;
    return new CheckError(ExitStatus.notEntered, `${what}: [${systemErrorText(error)}]`, { cause: error });
  };
  let groups: number[] | undefined;
  if (isRoot) {
    groups = uid > MAX_ID || gid > MAX_ID ? undefined : accounts.groupsOf(uid, gid);
    // The words of the C program, which has no better ones.
    if (groups === undefined) throw new CheckError(ExitStatus.notEntered, `Can't chroot to [${directory}]: [Success]`);
  }
  let root: number;
  try {
    root = openSync(encodeName(directory), O_PATH | O_DIRECTORY);
  } catch (error) {
    throw refused(error);
  }
  try {
    if (groups !== undefined) becomeIdentity({ uid, gid }, groups);
    process.chdir(`/proc/self/fd/${root}`);
    return root;
  } catch (error) {
    closeSync(root);
    if (groups === undefined) throw refused(error);
    throw new CheckError(ExitStatus.notEntered, `Can't switch uid/gid: [${systemErrorText(error)}]`, { cause: error });
  }
}

async function write(root: number, progress: Progress, { directory }: Request): Promise<string> {
  try {
    await recount(root, {
      repair: true,
      onProgress: (files) => progress.show(files),
      beforeWriting: () => openUp(root),
    });
    return '';
  } catch (error) {
    throw explained(error, directory);
  }
}

/** What a count finds beside what is recorded. Nothing is changed, permissions neither. */
async function compare(root: number, progress: Progress, { directory }: Request): Promise<string> {
  try {
    const count = countTree(root);
    let step = count.next();
    for (; step.done !== true; step = count.next()) progress.show(step.value);
    return `counted:  ${formatUsage(step.value)}recorded: ${await recorded(root)}\n`;
  } catch (error) {
    throw explained(error, directory);
  }
}

async function recorded(root: number): Promise<string> {
  try {
    const usage = await new QuotaFile(root, { create: false }).withLock((file) => file.recorded);
    return usage === undefined ? 'not a quota file' : formatUsage(usage).trimEnd();
  } catch (error) {
    if (error instanceof QuotaFileError) return systemErrorText(error);
    throw error;
  }
}

/** Who owns the directory and has locked himself out of it gets `u+rwx`, as the C program gives. */
function openUp(root: number): void {
  const { mode, uid } = fstatSync(root);
  if (uid === process.geteuid?.() && (mode & OWNER_RIGHTS) !== OWNER_RIGHTS)
    chmodSync(`/proc/self/fd/${root}`, (mode & 0o7777) | OWNER_RIGHTS);
}

function explained(error: unknown, directory: string): CheckError {
  const text = systemErrorText(error);
  return error instanceof QuotaFileError
    ? new CheckError(ExitStatus.notWritten, `Unable to update the quota file (${QUOTA_FILE}): [${text}]`, {
        cause: error,
      })
    : new CheckError(ExitStatus.notTraversed, `Unable to traverse [${directory}]: [${text}]`, { cause: error });
}
