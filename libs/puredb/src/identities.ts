/** The users and groups of the system, looked up by name (for `-u`, `-g`) and by number (for `show`). */
export interface Identities {
  user(name: string): Promise<{ readonly uid: number; readonly gid: number } | undefined>;
  group(name: string): Promise<number | undefined>;
  userName(uid: number): Promise<string | undefined>;
  groupName(gid: number): Promise<string | undefined>;
}

const NUMBER = /^[0-9]+$/;

/** The native code is loaded at the first question: most commands ask none. */
const nameService = () => import('@pure-ftpd/posix');

/**
 * The name service of the system. Where it cannot be asked (no native code for this system), numbers still work and
 * have no names; a name is an error.
 */
export const systemIdentities: Identities = {
  async user(name) {
    const { getpwnam, isNssAvailable } = await nameService();
    return NUMBER.test(name) && !isNssAvailable() ? undefined : getpwnam(name);
  },
  async group(name) {
    const { getgrnam, isNssAvailable } = await nameService();
    return NUMBER.test(name) && !isNssAvailable() ? undefined : (await getgrnam(name))?.gid;
  },
  async userName(uid) {
    const { getpwuid, isNssAvailable } = await nameService();
    return isNssAvailable() ? (await getpwuid(uid))?.name : undefined;
  },
  async groupName(gid) {
    const { getgrgid, isNssAvailable } = await nameService();
    return isNssAvailable() ? (await getgrgid(gid))?.name : undefined;
  },
};
