import { MAX_REQUEST_BYTES } from '@pure-ftpd/auth/extauth';
import { type Identity, MAX_ID, type QuestionDaemon, UsageError } from '@pure-ftpd/cli/daemon';
import {
  getgrnamSync,
  getpwnamSync,
  getpwuidSync,
  isPrctlAvailable,
  nameProcess,
  openSystemLog,
  setDumpable,
  whyNoNativeCalls,
} from '@pure-ftpd/posix';

import { answer } from './answer.ts';

/** pure-authd [spec quota-upload-auth-cert §3.4, extauth-authd §2]. */
export const DAEMON: QuestionDaemon = {
  name: 'pure-authd',
  subject: 'auth',
  knows: 'who may log in',
  maxQuestion: MAX_REQUEST_BYTES,
  openLog: () => openSystemLog('pure-authd'),
  prepare() {
    nameProcess('pure-authd');
    // Passwords are not for a core file.
    if (isPrctlAvailable()) setDumpable(false);
    // A terminal that is closed must not end all logins.
    process.on('SIGHUP', () => undefined);
  },
  identity,
  answer,
};

/** Whom the options mean. A user without a group has that of its account: to be in root's would be a right too many. */
function identity(user = '0', group: string | undefined): Identity {
  const reason = whyNoNativeCalls();
  if (reason !== undefined) throw new UsageError(`passwords cannot be kept from other processes here: ${reason}`);
  const number = numberOf('UID', user);
  const account = number === undefined ? getpwnamSync(user) : getpwuidSync(number);
  const uid = number ?? account?.uid;
  if (uid === undefined) throw new UsageError(`Illegal UID - there is no user ${user}`);
  if (group !== undefined) return { uid, gid: groupOf(group) };
  const gid = uid === 0 ? 0 : account?.gid;
  if (gid === undefined) throw new UsageError(`-u ${user}: this user has no account, so that -g is needed`);
  return { uid, gid };
}

function groupOf(group: string): number {
  const gid = numberOf('GID', group) ?? getgrnamSync(group)?.gid;
  if (gid === undefined) throw new UsageError(`Illegal GID - there is no group ${group}`);
  return gid;
}

/** The number that a text is; undefined for what can be a name. */
function numberOf(what: string, text: string): number | undefined {
  if (!/^-?\d/.test(text)) return undefined;
  if (!/^\d{1,10}$/.test(text) || Number(text) > MAX_ID) throw new UsageError(`Illegal ${what} - no such number`);
  return Number(text);
}
