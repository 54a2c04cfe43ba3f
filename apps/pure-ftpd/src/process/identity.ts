// Giving up root: once, for good, before the first client is served.
import { getpwnamSync, isCryptAvailable, isNssAvailable } from '@pure-ftpd/posix';

import { ExitStatus, StartError } from '../errors.ts';

/** Whom to become. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

const IDS = /^(\d{1,10}):(\d{1,10})$/;
const MAX_ID = 4_294_967_294;

/**
 * The identity that `--user` names: `UID:GID`, or an account of the system.
 * @throws StartError when there is none, or it is root.
 */
export function findIdentity(user: string): Identity {
  const [, uid, gid] = IDS.exec(user) ?? [];
  const identity = uid === undefined || gid === undefined ? ofAccount(user) : { uid: Number(uid), gid: Number(gid) };
  if (identity.uid > MAX_ID || identity.gid > MAX_ID) throw new StartError(`--user ${user}: ids end at ${MAX_ID}`);
  if (identity.uid === 0 || identity.gid === 0) throw new StartError(`--user ${user}: clients are not served as root`);
  return identity;
}

function ofAccount(name: string): Identity {
  if (!isNssAvailable()) throw new StartError(`--user ${name}: names cannot be looked up here, give UID:GID`);
  const account = getpwnamSync(name);
  if (account === undefined) throw new StartError(`--user ${name}: no such account`);
  return account;
}

/** Whether the process has the rights of root. */
export function isRoot(): boolean {
  return process.getuid?.() === 0 || process.geteuid?.() === 0;
}

/**
 * Becomes somebody else, and makes sure that there is no way back.
 * @throws StartError when any of it fails: the process must end then.
 */
export function giveUpRoot({ uid, gid }: Identity): void {
  // What is loaded late must be loaded while its files can be read.
  isNssAvailable();
  isCryptAvailable();
  try {
    process.setgroups?.([]);
    process.setgid?.(gid);
    process.setuid?.(uid);
  } catch (error) {
    throw new StartError(`cannot become ${uid}:${gid}`, ExitStatus.failed, { cause: error });
  }
  const groups = process.getgroups?.() ?? [];
  const isOther =
    process.getuid?.() === uid &&
    process.geteuid?.() === uid &&
    process.getgid?.() === gid &&
    process.getegid?.() === gid &&
    groups.every((group) => group === gid);
  if (!isOther || canBecomeRoot()) throw new StartError(`could not give up root for ${uid}:${gid}`, ExitStatus.failed);
}

function canBecomeRoot(): boolean {
  try {
    process.setuid?.(0);
    return true;
  } catch {
    // What is hoped for: the kernel refuses.
    return false;
  }
}
