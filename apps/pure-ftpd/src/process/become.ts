import { becomeIdentity, IdentityError } from '@pure-ftpd/cli/daemon';
import { dieWithParent, holdsNoCapabilities, setDumpable, threadPrivileges } from '@pure-ftpd/posix';

/** Whom a process becomes. */
export interface NewIdentity {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

/**
 * Becomes somebody else than root for good. The process ends with its parent from then on.
 * @param parent Process id of the monitor.
 * @throws IdentityError when it fails: the process must end then.
 */
export function becomeForGood({ uid, gid, groups }: NewIdentity, parent: number): void {
  if (uid === 0 || gid === 0) throw new IdentityError('nobody is served as root');
  becomeIdentity({ uid, gid }, groups);
  // Who has the same user id must not look into this process, which serves others with it.
  setDumpable(false);
  if (!dieWithParent(parent)) throw new IdentityError('the monitor is gone');
}

/**
 * Looks at what the kernel says of every thread of a process that has become somebody else.
 * @throws IdentityError when any right is left: the process must end then.
 */
export function verifyRights(pid: number | 'self', { uid, gid, groups }: NewIdentity): void {
  const threads = threadPrivileges(pid);
  const allowed = new Set([gid, ...groups]);
  const isOther = threads.every(
    (thread) =>
      thread.uids.every((id) => id === uid) &&
      thread.gids.every((id) => id === gid) &&
      thread.groups.every((id) => allowed.has(id)) &&
      thread.noNewPrivileges,
  );
  if (threads.length === 0 || !isOther || !holdsNoCapabilities(threads))
    throw new IdentityError(`rights are left to process ${pid}, which should be ${uid}:${gid}`);
}
