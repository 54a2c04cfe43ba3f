import { getgrnamSync, getGroupListSync, getpwnamSync, getpwuidSync } from '@pure-ftpd/posix';

/** The users and groups of the system, as far as the command line asks for them. */
export interface Accounts {
  user(name: string): { readonly uid: number; readonly gid: number } | undefined;
  group(name: string): number | undefined;
  /** All groups of the user with this id, `gid` as the primary one; undefined when there is no such user. */
  groupsOf(uid: number, gid: number): number[] | undefined;
}

/** The name service of this machine. */
export const systemAccounts: Accounts = {
  user: getpwnamSync,
  group: (name) => getgrnamSync(name)?.gid,
  groupsOf(uid, gid) {
    const user = getpwuidSync(uid);
    return user === undefined ? undefined : getGroupListSync(user.name, gid);
  },
};
