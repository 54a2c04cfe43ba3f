/** The users and groups of the system, looked up by name (for `-u`, `-g`) and by number (for `show`). */
export interface Identities {
  user(name: string): Promise<{ readonly uid: number; readonly gid: number } | undefined>;
  group(name: string): Promise<number | undefined>;
  userName(uid: number): Promise<string | undefined>;
  groupName(gid: number): Promise<string | undefined>;
}

/** The name service of the system. The native code it needs is loaded at the first question: most commands ask none. */
export const systemIdentities: Identities = {
  async user(name) {
    const { getpwnam } = await import('@pure-ftpd/posix');
    return getpwnam(name);
  },
  async group(name) {
    const { getgrnam } = await import('@pure-ftpd/posix');
    return (await getgrnam(name))?.gid;
  },
  async userName(uid) {
    const { getpwuid } = await import('@pure-ftpd/posix');
    return (await getpwuid(uid))?.name;
  },
  async groupName(gid) {
    const { getgrgid } = await import('@pure-ftpd/posix');
    return (await getgrgid(gid))?.name;
  },
};
