// Anonymous sessions [server-behaviour §5].
import { type Account, NO_LIMITS } from '@pure-ftpd/auth';
import { getpwnamSync, isNssAvailable } from '@pure-ftpd/posix';
import { daemonReason } from '@pure-ftpd/messages';
import type { CommandResult, Outcome, Permission } from '@pure-ftpd/server';
import { follow, isFileError } from '@pure-ftpd/server/internal';

import type { Rules } from '../options/rows/rules.ts';
import type { PureFtpdHandler } from './handler.ts';
import { ANONYMOUS } from './anonymous-login.ts';

/** Accounts of the system whose home the public may see, the first there is. */
const SYSTEM_ACCOUNTS = ['ftp', '_ftp'];

/** What the public may do: look, fetch, and bring what is new. What it brings is judged by {@link refusedOverwrite}. */
const LOOKING: ReadonlySet<Permission> = new Set(['e', 'l', 'r']);
const BRINGING: ReadonlySet<Permission> = new Set(['w', 'a']);

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

/** Whether a login is an anonymous session: no backend is asked for it. */
export function isAnonymousLogin(username: string, anonymous: 'also' | 'only' | 'none'): boolean {
  return anonymous === 'only' || (anonymous === 'also' && /^(?:ftp|anonymous)$/i.test(username));
}

/** USER ftp: the session is open at once, without a password. */
export async function enterAnonymously(session: PureFtpdHandler): Promise<CommandResult> {
  session.username = ANONYMOUS;
  return follow(session, await session.settings.daemon.admission.judgeAnonymous(session, ANONYMOUS));
}

export function isPublic(account: Account | undefined): boolean {
  return account?.method === 'anonymous';
}

export function mayPublic(permission: Permission, rules: Rules): boolean {
  if (permission === 'm') return rules.anonymousDirectories;
  return LOOKING.has(permission) || (rules.anonymousUploads && BRINGING.has(permission));
}

/** What anonymous users have brought is theirs to fetch only when somebody else has taken it over (`-s`). */
export async function refusedAsUpload(session: PureFtpdHandler, path: string): Promise<Outcome | undefined> {
  const { account } = session;
  if (account === undefined || !isPublic(account) || !session.settings.daemon.configuration.rules.antiWarez)
    return undefined;
  try {
    if ((await session.fs.stat(path)).uid !== account.uid) return undefined;
  } catch (error) {
    // Opening it will say what is wrong.
    if (isFileError(error)) return undefined;
    throw error;
  }
  return { name: 'fileUnavailable', path, reason: daemonReason('notApproved') };
}

/**
 * What is there already is not the public's to change, unless it is empty.
 * @param replaces Whether the upload would change what has its name.
 */
export async function refusedOverwrite(
  session: PureFtpdHandler,
  path: string,
  replaces: boolean,
): Promise<Outcome | undefined> {
  if (session.restartPosition > 0) {
    session.restartPosition = 0;
    return { name: 'permissionDenied', verb: 'STOR' };
  }
  if (!replaces) return undefined;
  try {
    const stats = await session.fs.lstat(path);
    return stats.type === 'file' && stats.size === 0 ? undefined : { name: 'permissionDenied', verb: 'STOR' };
  } catch {
    // Nothing there, or nothing to be seen: making the file will tell.
    return undefined;
  }
}
