import { getpwnamSync } from '@pure-ftpd/posix';

import type { NewIdentity } from '../become.ts';

/** Accounts whose only purpose is this [server-behaviour §13], and one that has no rights of its own. */
const ACCOUNTS = ['_pure-ftpd', 'pure-ftpd', 'nobody'];

/** Where there is not even that one: the kernel's own number for nobody. */
const NOBODY = 65_534;

/** Whom the gate becomes. */
export function gateIdentity(): NewIdentity {
  for (const name of ACCOUNTS) {
    const account = getpwnamSync(name);
    if (account !== undefined && account.uid !== 0 && account.gid !== 0) return only(account.uid, account.gid);
  }
  return only(NOBODY, NOBODY);
}

function only(uid: number, gid: number): NewIdentity {
  return { uid, gid, groups: [gid] };
}
