// Giving up root: once, for good, before the first client is served.
import { becomeIdentity, type Identity, IdentityError, MAX_ID } from '@pure-ftpd/cli/daemon';
import { ExitStatus, StartError } from '@pure-ftpd/options';
import { getpwnamSync, isCryptAvailable, isNssAvailable } from '@pure-ftpd/posix';

export type { Identity } from '@pure-ftpd/cli/daemon';

const IDS = /^(\d{1,10}):(\d{1,10})$/;

/**
 * The identity that `--user` names: `UID:GID`, or an account of the system.
 * @throws StartError when there is none, or it is root.
 */
function findIdentity(user: string): Identity {
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

/**
 * Whom the one process becomes that `--user` asks for; undefined where nobody asks.
 * @throws StartError when it cannot be had.
 */
export function identityFor(user: string | undefined): Identity | undefined {
  if (user === undefined) return undefined;
  if (!isRoot()) throw new StartError('--user is for a server that is started as root');
  return findIdentity(user);
}

/** Whether the process has the rights of root. */
export function isRoot(): boolean {
  return process.getuid?.() === 0 || process.geteuid?.() === 0;
}

/**
 * Becomes somebody else, and makes sure that there is no way back.
 * @throws StartError when any of it fails: the process must end then.
 */
export function giveUpRoot(identity: Identity): void {
  // What is loaded late must be loaded while its files can be read.
  isNssAvailable();
  isCryptAvailable();
  try {
    becomeIdentity(identity);
  } catch (error) {
    if (error instanceof IdentityError) throw new StartError(error.message, ExitStatus.failed, { cause: error });
    throw error;
  }
}
