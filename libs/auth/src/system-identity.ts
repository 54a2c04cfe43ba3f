import { getGroupList, getpwuid } from '@pure-ftpd/posix';

/** What a process becomes to serve an account. */
export interface SystemIdentity {
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups, ascending, `gid` among them: what setgroups(2) is given. */
  readonly groups: readonly number[];
}

/**
 * The identity of an account: its ids, and the groups of the system's account that has its uid. Virtual users thus have the
 * groups of that account [server-behaviour §2, step 7].
 *
 * @throws {SystemError} when the name service fails: without its groups nobody is served.
 */
export async function systemIdentity({
  uid,
  gid,
}: {
  readonly uid: number;
  readonly gid: number;
}): Promise<SystemIdentity> {
  const owner = await getpwuid(uid);
  const groups = owner === undefined ? [gid] : [gid, ...(await getGroupList(owner.name, gid))];
  return { uid, gid, groups: [...new Set(groups)].toSorted((a, b) => a - b) };
}
