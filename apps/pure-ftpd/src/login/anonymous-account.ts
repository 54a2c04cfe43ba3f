// Who anonymous users are [server-behaviour §5].
import { type Account, NO_LIMITS } from '@pure-ftpd/auth';
import { getpwnamSync, isNssAvailable } from '@pure-ftpd/posix';

/** The account of all anonymous sessions, in logs and limits. */
export const ANONYMOUS = 'ftp';

/** Accounts of the system whose home the public may see, the first there is. */
const SYSTEM_ACCOUNTS = ['ftp', '_ftp'];

export function isPublic(account: Pick<Account, 'method'> | undefined): boolean {
  return account?.method === 'anonymous';
}

/**
 * The account of anonymous sessions, or why there is none. Served by root it is the system's account `ftp`, with its home.
 * Started by an ordinary user it is this process, and the folder that FTP_ANON_DIR names, or that home, if this process is
 * that account. The public is never served with the rights of somebody else.
 */
export function findAnonymousAccount(folder: string | undefined): Account | string {
  const uid = process.geteuid?.() ?? -1;
  const gid = process.getegid?.() ?? -1;
  const isRoot = uid === 0;
  if (!isRoot && folder !== undefined && folder !== '') {
    return folder.startsWith('/')
      ? anonymousAccount(uid, gid, folder)
      : `FTP_ANON_DIR ${folder} is not an absolute path`;
  }
  if (!isNssAvailable()) return 'set FTP_ANON_DIR to the folder they may see';
  for (const name of SYSTEM_ACCOUNTS) {
    const account = getpwnamSync(name);
    if (account === undefined || account.uid === 0 || account.gid === 0) continue;
    if (isRoot || account.uid === uid) return anonymousAccount(account.uid, isRoot ? account.gid : gid, account.home);
    return `the server does not run as ${name} (--user ${name}), and FTP_ANON_DIR names no folder they may see`;
  }
  return isRoot ? 'there is no account ftp' : 'there is no account ftp, and FTP_ANON_DIR names no folder they may see';
}

function anonymousAccount(uid: number, gid: number, home: string): Account {
  const mark = home.indexOf('/./');
  return {
    login: ANONYMOUS,
    method: 'anonymous',
    uid,
    gid,
    home: {
      field: home,
      chroot: mark === -1 ? home : home.slice(0, mark) || '/',
      directory: mark === -1 ? '/' : home.slice(mark + 2),
    },
    limits: NO_LIMITS,
    resolvesNames: false,
  };
}
